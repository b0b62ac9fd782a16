// `pulumi-meshroom/lifecycle`: what the provider process runs. Users' states name this path and these exports: never renamed.
export { plug } from "./resources/lifecycle/plug";
export { instance, product } from "./resources/lifecycle/records";
