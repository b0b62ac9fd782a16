// What `pull` and `publish` hooks import as `pulumi-meshroom/catalogue`: writing products and integrations into the tree, repositories, templates.
export { Catalogue, type IntegrationPlace, type Manifest } from "./catalogue/catalogue";
export { type GenerateOptions, generateFiles } from "./catalogue/generate-files";
export { Repository } from "./catalogue/repository";
