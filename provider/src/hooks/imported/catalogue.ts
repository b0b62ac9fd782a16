// What `pull` and `publish` hooks import as `pulumi-meshroom/catalogue`: writing products and integrations into the tree, repositories, templates.
/**
 * What `pull` and `publish` hooks import: products and integrations written into the tree, repositories of vendors, files from templates.
 * @module pulumi-meshroom/catalogue
 */
export { Catalogue, type IntegrationPlace, type Manifest } from "./catalogue/catalogue";
export { type GenerateOptions, generateFiles } from "./catalogue/generate-files";
export { type CloneOptions, Repository } from "./catalogue/repository";
