// The Python tool itself, in a virtual environment that is made once per user and kept.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { withStoreLock } from "../../provider/src/secrets/lock";

const requirement = "meshroom==0.3.4";

/** The Python of an environment that has the tool. */
export async function pythonWithTool(): Promise<string> {
  const version = execFileSync("python3", ["--version"]).toString().trim();
  const digest = createHash("sha256").update(`${version} ${requirement}`).digest("hex").slice(0, 12);
  const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "pulumi-meshroom");
  const folder = join(cache, `python-${digest}`);
  const complete = join(folder, "complete");
  mkdirSync(cache, { recursive: true });
  // Tests of two checkouts may meet here.
  await withStoreLock(cache, 300_000, async () => {
    if (existsSync(complete)) return;
    execFileSync("python3", ["-m", "venv", "--clear", folder], { stdio: "pipe" });
    const options = ["--quiet", "--disable-pip-version-check"];
    execFileSync(join(folder, "bin", "python"), ["-m", "pip", "install", ...options, requirement], { stdio: "pipe" });
    writeFileSync(complete, "");
  });
  return join(folder, "bin", "python");
}

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
