// Secrets inside objects and lists: apart in the files, together in a hook.
import fc from "fast-check";
import {
  nestedSecrets,
  placeSecrets,
  type SettingShape,
  secretPaths,
  withoutSecrets,
} from "../../provider/src/secrets/nested";
import { secretText } from "../../provider/src/secrets/values";

const scalar = (name: string, secret = false, type = "string"): SettingShape => ({ name, type, secret });
const settings: SettingShape[] = [
  scalar("url"),
  scalar("KEY", true),
  {
    name: "auth",
    type: "object",
    secret: false,
    properties: [scalar("user"), scalar("token", true), scalar("pin", true, "integer")],
  },
  {
    name: "accounts",
    type: "array",
    secret: false,
    items: { name: "", type: "object", secret: false, properties: [scalar("id"), scalar("password", true)] },
  },
  { name: "tokens", type: "array", secret: false, items: scalar("", true) },
];
/** As a file has it: without the secrets. */
const open = { url: "https://x", auth: { user: "u" }, accounts: [{ id: "1" }, { id: "2" }, { id: "3" }] };

test("have a path wherever there is a place for one", () => {
  expect(secretPaths(settings, open).map(({ path }) => path)).toEqual([
    "KEY",
    "auth.token",
    "auth.pin",
    "accounts.0.password",
    "accounts.1.password",
    "accounts.2.password",
    "tokens",
  ]);
});

test("come back into an object that is not in the file at all", () => {
  const secrets = nestedSecrets(settings, {});
  expect(placeSecrets({}, secrets, (path) => (path === "auth.token" ? "t" : undefined))).toEqual({
    auth: { token: "t" },
  });
});

/** Takes the nested secrets out of `values`: what is left, and what was there by dotted path. */
function takeOut(values: Readonly<Record<string, unknown>>) {
  const left = structuredClone(values) as Record<string, unknown>;
  const secrets = new Map<string, unknown>();
  for (const { path } of nestedSecrets(settings, values)) {
    const name = path.at(-1) as string;
    const holder = path.slice(0, -1).reduce<unknown>((value, key) => Object(value)[key], left);
    if (typeof holder !== "object" || holder === null || !Object.hasOwn(holder, name)) continue;
    secrets.set(path.join("."), (holder as Record<string, unknown>)[name]);
    delete (holder as Record<string, unknown>)[name];
  }
  return { left, secrets };
}

test("taken out and put back give the whole", () => {
  const text = fc.string();
  const whole = fc.record(
    {
      url: text,
      auth: fc.record({ user: text, token: text, pin: fc.integer() }, { requiredKeys: [] }),
      accounts: fc.array(fc.record({ id: text, password: text }, { requiredKeys: ["id"] })),
      tokens: fc.array(text),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(whole, (original) => {
      const { left, secrets } = takeOut(original);
      const find = (path: string) => secretText(secrets.get(path));
      expect(placeSecrets(left, nestedSecrets(settings, left), find)).toEqual(original);
    }),
  );
});

test("what people look at has no secret, in whatever shape it was given", () => {
  const given = {
    ...open,
    KEY: "CANARY",
    auth: { user: "u", token: "CANARY", pin: 1234 },
    accounts: [{ id: "1", password: "CANARY" }, "CANARY"],
    tokens: ["CANARY"],
    other: "kept",
  };
  expect(withoutSecrets(settings, given)).toEqual({
    url: "https://x",
    auth: { user: "u" },
    accounts: [{ id: "1" }, null],
    other: "kept",
  });
  expect(withoutSecrets(settings, { auth: "CANARY", accounts: "CANARY" })).toEqual({});
});
