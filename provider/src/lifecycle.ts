// `pulumi-meshroom/lifecycle`: what the provider process runs. Users' states name this path and these exports: never renamed.

export { instance, product } from "./resources/lifecycle/instance-and-product-life";
export { plug } from "./resources/lifecycle/plug-life";
