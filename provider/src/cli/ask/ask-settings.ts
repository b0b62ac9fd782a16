// Asks for settings one by one: each by its type, with its current value kept on Enter.
import { parseValue, type SettingEdit } from "../../actions/settings/setting-edits";
import type { Setting } from "../../model/types";
import type { Prompter } from "./prompter";

export interface AskedSettings {
  settings: readonly Setting[];
  /** Values that are set, by name. */
  values: Readonly<Record<string, unknown>>;
  /** Dotted names of secrets that are set; undefined where that can't be told. */
  stored: ReadonlySet<string> | undefined;
  /** Dotted names that are given already, and not asked for. */
  given: ReadonlySet<string>;
}

export interface Answers {
  edits: SettingEdit[];
  secrets: Map<string, string>;
}

type Path = readonly (string | number)[];

/** Only what was changed is among the answers. @throws CancelledError */
export async function askSettings(prompter: Prompter, asked: AskedSettings): Promise<Answers> {
  const asker = new Asker(prompter, asked);
  await asker.members(asked.settings, asked.values, []);
  return asker.answers;
}

class Asker {
  readonly answers: Answers = { edits: [], secrets: new Map() };

  constructor(
    private readonly prompter: Prompter,
    private readonly asked: AskedSettings,
  ) {}

  async members(settings: readonly Setting[], values: unknown, path: Path): Promise<void> {
    for (const setting of settings) await this.#ask(setting, memberOf(values, setting.name), [...path, setting.name]);
  }

  async #ask(setting: Setting, current: unknown, path: Path): Promise<void> {
    const name = path.join(".");
    if (this.#isGiven(setting, name)) return;
    if (setting.secret) return this.#secret(setting, path);
    if (setting.type === "object" && setting.properties) return this.members(setting.properties, current, path);
    if (setting.type === "array" && setting.items?.properties) return this.#items(setting, current, path);
    if (setting.type === "boolean" && !setting.nullable) return this.#boolean(setting, current, path);
    if (setting.type === "array") return this.#list(setting, current, path);
    return this.#scalar(setting, current, path);
  }

  /** Of a list that is given in part the rest is not asked for: how long it is to be, nobody knows. */
  #isGiven({ type }: Setting, name: string): boolean {
    return [...this.asked.given].some((given) => given === name || (type === "array" && given.startsWith(`${name}.`)));
  }

  async #scalar(setting: Setting, current: unknown, path: Path): Promise<void> {
    const before = current === undefined || current === null ? "" : shown(current);
    const hint = setting.default === undefined ? undefined : `${shown(setting.default)} (default)`;
    const typed = await this.prompter.text({
      message: question(setting, path),
      current: before,
      hint,
      validate: (text) => faultOf(setting, text),
    });
    if (typed !== before) this.#edit(path, typed === "" ? undefined : parseValue(setting, typed));
  }

  async #boolean(setting: Setting, current: unknown, path: Path): Promise<void> {
    const before = current ?? setting.default;
    const answer = await this.prompter.confirm(question(setting, path), before === true);
    // A default that is accepted is left out, so that it stays one.
    const isSaid = before === undefined ? answer || setting.required : answer !== before;
    if (isSaid) this.#edit(path, answer);
  }

  async #list(setting: Setting, current: unknown, path: Path): Promise<void> {
    const before = Array.isArray(current) ? current : [];
    const fallback = Array.isArray(setting.default) ? `${setting.default.map(shown).join(", ")} (default)` : "a, b, c";
    const items = setting.items ?? { ...setting, type: "string" as const };
    const typed = await this.prompter.text({
      message: question(setting, path, ["separated by commas"]),
      current: before.map(shown).join(", "),
      hint: fallback,
      validate: (text) =>
        splitList(text)
          .map((item) => faultOf(items, item))
          .find((fault) => fault !== undefined),
    });
    const list = splitList(typed);
    if (list.join() === before.map(shown).join()) return;
    this.#edit(path, list.length === 0 ? undefined : list.map((item) => parseValue(items, item)));
  }

  /** A list of objects, element by element. */
  async #items(setting: Setting, current: unknown, path: Path): Promise<void> {
    const before: unknown[] = Array.isArray(current) ? current : [];
    for (const [index, item] of before.entries())
      await this.members(setting.items?.properties ?? [], item, [...path, index]);
    for (let index = before.length; ; index++) {
      const more = index === 0 ? "Add an element?" : "Add another element?";
      if (!(await this.prompter.confirm(`${question(setting, path)}: ${index} so far. ${more}`, false))) return;
      await this.members(setting.items?.properties ?? [], {}, [...path, index]);
    }
  }

  async #secret(setting: Setting, path: Path): Promise<void> {
    const name = path.join(".");
    const { stored } = this.asked;
    const isKept = stored === undefined || stored.has(name);
    const onEnter = isKept ? "Enter keeps the current one" : "Enter leaves it unset";
    const typed = await this.prompter.secret(question(setting, path, [`secret, ${onEnter}`]));
    if (typed !== "") this.answers.secrets.set(name, typed);
  }

  #edit(path: Path, value: unknown): void {
    this.answers.edits.push({ path, value });
  }
}

/** `proxy.port (optional): Where it listens`. */
function question({ description, required }: Setting, path: Path, remarks: readonly string[] = []): string {
  const all = [...(required ? [] : ["optional"]), ...remarks];
  const name = `${path.join(".")}${all.length > 0 ? ` (${all.join("; ")})` : ""}`;
  const [line] = description?.trim().split("\n") ?? [];
  return line ? `${name}: ${line}` : name;
}

function faultOf(setting: Setting, text: string): string | undefined {
  if (text === "") return setting.required && setting.default === undefined ? "a value is required" : undefined;
  if (parseValue(setting, text) !== undefined) return undefined;
  const kinds = {
    integer: "an integer",
    number: "a number",
    boolean: "true or false",
    object: "a mapping such as { a: 1 }",
  };
  return `this is no ${setting.type}: write ${kinds[setting.type as keyof typeof kinds] ?? setting.type}`;
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function splitList(text: string): string[] {
  return text
    .split(",")
    .map((item) => item.trim())
    .filter((item) => item !== "");
}

function memberOf(values: unknown, name: string): unknown {
  if (typeof values !== "object" || values === null || !Object.hasOwn(values, name)) return undefined;
  return (values as Record<string, unknown>)[name];
}
