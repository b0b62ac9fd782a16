// What a Pulumi program sees of pulumi-meshroom.
export { Instance, Plug, Product } from "./resources/classes";
export type { SettingValues } from "./resources/effective-settings";
export { Mesh } from "./resources/mesh";
export type { MeshArgs } from "./resources/mesh-config";
