// The Python tool itself, as a person at its command line and as its hooks use it.
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";

export { pythonWithTool } from "../python-venv";

export interface PythonTool {
  /** Runs `meshroom ARGS` with lines for its questions. */
  run(args: readonly string[], ...answers: string[]): void;
  /** What a hook would get for a secret of an instance. */
  secretOf(instance: string, product: string, name: string): string;
}

export function pythonTool(python: string, root: string, environment: NodeJS.ProcessEnv): PythonTool {
  const call = (program: string, args: readonly string[], input: string) => {
    const options = { cwd: root, env: environment, input, encoding: "utf8" as const };
    const { status, stdout, stderr } = spawnSync(program, args, options);
    if (status !== 0) throw new Error(`${program} ${args.join(" ")} failed: ${stdout}${stderr}`);
    return stdout;
  };
  return {
    run(args, ...answers) {
      call(join(dirname(python), "meshroom"), args, answers.map((answer) => `${answer}\n`).join(""));
    },
    secretOf(instance, product, name) {
      const program =
        "import sys; from meshroom.model import get_instance; i, p, n = sys.argv[1:]; sys.stdout.write(str(get_instance(i, p).get_secret(n)))";
      return call(python, ["-c", program, instance, product, name], "");
    },
  };
}
