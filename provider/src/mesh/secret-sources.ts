// Where a mesh's secrets are looked for, in which order, and what is said of one that is nowhere.
import { type Diagnostic, formatDiagnostic } from "../diagnostic";
import { SecretMissing } from "../hooks/hosts/host-job";
import {
  environmentSource,
  findSecret,
  objectSource,
  type SecretId,
  type SecretSource,
  secretName,
} from "../secrets/sources";
import { storeSource } from "../secrets/store-source";

export interface StackSecrets {
  /** What the program gave as Outputs, by owner, then by name. */
  given: unknown;
  /** The value of `secrets` in the stack's config. */
  configured: unknown;
  /** The command that sets a secret in the stack's config, where somebody keeps one. */
  configCommand?(id: SecretId): string;
}

/** Asked in this order: the program's Outputs, the stack's encrypted config, the environment, the project's `secrets.gpg`. */
export async function openSources(
  root: string,
  { given, configured, configCommand }: StackSecrets,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<MeshSources> {
  const others = [
    objectSource("program", given),
    objectSource("stack config", configured, configCommand),
    environmentSource(environment),
  ];
  return new MeshSources(others, await storeSource(root, environment));
}

export class MeshSources {
  private readonly sources: readonly SecretSource[];

  constructor(
    others: readonly SecretSource[],
    private readonly store: SecretSource,
  ) {
    this.sources = [...others, store];
  }

  find(id: SecretId): string | undefined {
    return findSecret(this.sources, id);
  }

  /**
   * For a hook that asks. `declared`: the id as the mesh has it, where a manifest declares the secret. Of others, only what the store has for a
   * plug is given, where the Python tool's hooks have put it: elsewhere, a name that is made up could be another secret's.
   * @throws SecretMissing that says how to set the secret: a hook may catch it
   */
  require(asked: SecretId, declared: SecretId | undefined): string {
    if (!declared) return this.#undeclared(asked);
    const id = declared;
    const value = this.find(id);
    if (value !== undefined) return value;
    const commands = this.#commands(id).map((command) => `\`${command}\``);
    const why = [...(this.problem ? [this.problem.summary] : []), `set it with ${commands.join(" or ")}`].join("; ");
    throw new SecretMissing(`secret ${secretName(id)} is not set: ${why} [SECRET_MISSING]`);
  }

  #undeclared(id: SecretId): string {
    const value = id.owner.kind === "plug" ? findSecret([this.store], id) : undefined;
    if (value !== undefined) return value;
    const why =
      id.owner.kind === "plug"
        ? "no hook has stored it, and no integration declares it"
        : `it is not declared: add \`- { name: ${id.name}, secret: true }\` to the settings of products/${id.owner.product}/definition.yaml`;
    throw new SecretMissing(`secret ${secretName(id)} is not given, since ${why} [SECRET_MISSING]`);
  }

  /** Why the project's store can't be opened, where it can't. */
  get problem(): Diagnostic | undefined {
    return this.sources.find(({ problem }) => problem)?.problem;
  }

  /** What keeps a plug from being set up. */
  missing(manifest: string, ids: readonly SecretId[]): Diagnostic {
    const names = ids.map((id) => `secret ${secretName(id)}`).join(" and ");
    const why = this.problem ? `; ${this.problem.summary}` : "";
    const remedies = ids.map((id) => this.#commands(id).join(", or "));
    return {
      code: "SECRET_MISSING",
      severity: "error",
      summary: `plug ${manifest} needs ${names}, set nowhere${why}; nothing was set up`,
      at: { file: manifest, line: 1, column: 1 },
      remedy: [this.problem?.remedy, ...remedies].filter(Boolean).join("; "),
    };
  }

  /** What a preview, which goes on without them, says of secrets that it can't read. Ready to print. */
  unreadable(ids: readonly SecretId[]): string {
    const summary = `not readable here: ${ids.map(secretName).join(", ")}; changes of secrets are not shown`;
    const warnings: Diagnostic[] = [{ code: "SECRET_MISSING", severity: "warning", summary }];
    const { problem } = this;
    if (problem)
      warnings.push({
        ...problem,
        severity: "warning",
        summary: `changes of secrets are not shown: ${problem.summary}`,
      });
    return warnings.map(formatDiagnostic).join("\n");
  }

  #commands(id: SecretId): string[] {
    return this.sources.flatMap((source) => source.command?.(id) ?? []);
  }
}
