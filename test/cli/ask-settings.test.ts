// Which questions are asked and what becomes of the answers; how they look is for the tests on a real terminal.
import { type AskedSettings, askSettings } from "../../provider/src/cli/ask/ask-settings";
import type { Prompter } from "../../provider/src/cli/ask/prompter";
import type { Setting } from "../../provider/src/model/types";

const at = { file: "definition.yaml", line: 1, column: 1 };

function setting(name: string, type: Setting["type"] = "string", more: Partial<Setting> = {}): Setting {
  return { name, type, nullable: false, secret: false, required: false, at, ...more };
}

/** Answers in turn; a question without an answer keeps what is current. Refuses answers that do not validate. */
function ask(asked: Partial<AskedSettings>, answers: Record<string, (string | boolean)[]>) {
  const questions: string[] = [];
  const next = (message: string): string | boolean | undefined => {
    questions.push(message);
    const key = Object.keys(answers).find((each) => message.startsWith(each));
    return key === undefined ? undefined : answers[key]?.shift();
  };
  const prompter: Prompter = {
    text: async ({ message, current = "", validate }) => {
      const typed = String(next(message) ?? current);
      const fault = validate?.(typed);
      if (fault) throw new Error(`${message}: ${fault}`);
      return typed;
    },
    secret: async (message) => String(next(message) ?? ""),
    confirm: async (message, current) => Boolean(next(message) ?? current),
    say: () => undefined,
  };
  const all = { settings: [], values: {}, stored: new Set<string>(), given: new Set<string>(), ...asked };
  return askSettings(prompter, all).then(({ edits, secrets }) => ({
    edits,
    secrets: Object.fromEntries(secrets),
    questions,
  }));
}

const accounts = setting("accounts", "array", {
  items: setting("", "object", { properties: [setting("user"), setting("token", "string", { secret: true })] }),
});

test("elements of a list of objects are asked for one by one, their secrets by their place", async () => {
  const { edits, secrets, questions } = await ask(
    { settings: [accounts], values: { accounts: [{ user: "one" }] } },
    { "accounts (optional)": [true, false], "accounts.1.user": ["two"], "accounts.1.token": ["s3cret"] },
  );
  expect(edits).toEqual([{ path: ["accounts", 1, "user"], value: "two" }]);
  expect(secrets).toEqual({ "accounts.1.token": "s3cret" });
  expect(questions[0]).toBe("accounts.0.user (optional)");
});

test("clearing a value takes it back, a default that is accepted is not written", async () => {
  const settings = [
    setting("url"),
    setting("tls", "boolean", { default: true }),
    setting("port", "integer", { default: 8080 }),
  ];
  const { edits } = await ask({ settings, values: { url: "a" } }, { url: [""] });
  expect(edits).toEqual([{ path: ["url"], value: undefined }]);
});

test("a required boolean without a default is written whatever the answer", async () => {
  const settings = [setting("on", "boolean", { required: true }), setting("off", "boolean")];
  expect((await ask({ settings }, {})).edits).toEqual([{ path: ["on"], value: false }]);
});

test("whether a secret is kept or left unset is said, and Enter changes nothing", async () => {
  const settings = [setting("a", "string", { secret: true }), setting("b", "string", { secret: true })];
  const { secrets, questions } = await ask({ settings, stored: new Set(["a"]) }, {});
  expect(questions.map((each) => /Enter .*(?=\))/.exec(each)?.[0])).toEqual([
    "Enter keeps the current one",
    "Enter leaves it unset",
  ]);
  expect(secrets).toEqual({});
});

test("what is given is not asked for, of an object the rest is", async () => {
  const settings = [
    setting("url"),
    setting("proxy", "object", { properties: [setting("host"), setting("port", "integer")] }),
    setting("key", "string", { secret: true }),
  ];
  const { questions } = await ask({ settings, given: new Set(["url", "proxy.host", "key"]) }, {});
  expect(questions).toEqual(["proxy.port (optional)"]);
});
