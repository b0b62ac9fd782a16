// What a project without a Pulumi program runs as one. The one place where the command line meets the resources: actions are handed this
// function and know nothing of what it declares.
import type { PulumiFn } from "@pulumi/pulumi/automation";

/** `root`: absolute path of the Meshroom project. The resources are loaded when the engine asks for them. */
export function meshProgram(root: string): PulumiFn {
  return async () => {
    const { Mesh } = require("./index") as typeof import("./index");
    new Mesh("mesh", { project: root });
  };
}
