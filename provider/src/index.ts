// What a Pulumi program sees of pulumi-meshroom.
/**
 * What a Pulumi program imports: {@link Mesh}, and the resources that it makes.
 * @module pulumi-meshroom
 */
export { Instance, Plug, Product } from "./resources/classes";
export type { SettingValues } from "./resources/effective-settings";
export { Mesh } from "./resources/mesh";
export type { MeshArgs } from "./resources/mesh-config";
