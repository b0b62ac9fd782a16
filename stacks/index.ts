// One stack per SOC environment; Pulumi.<environment>.yaml beside this file says how they differ.
import { Mesh } from "pulumi-meshroom";

new Mesh("mesh", { project: "../meshroom-project" });
