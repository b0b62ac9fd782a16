// The mesh in this folder as Pulumi resources; Pulumi.<stack>.yaml says how the stacks differ.
import { Mesh } from "pulumi-meshroom";

new Mesh("mesh", { project: "." });
