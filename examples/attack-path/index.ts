// The whole mesh of this folder as resources.
import { Mesh } from "pulumi-meshroom";

new Mesh("mesh", { project: "." });
