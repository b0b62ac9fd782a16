// What a Pulumi program sees of pulumi-meshroom.
export { Instance, Plug, Product } from "./resources/classes";
export { Mesh } from "./resources/mesh";
export type { MeshArgs } from "./resources/mesh-config";
export type { SettingValues } from "./resources/settings";
