// Secrets inside objects and lists: apart in the files, together in a hook.
import fc from "fast-check";
import { joinSecrets, type SettingShape, secretPaths, splitSecrets } from "../../provider/src/secrets/nested";
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
const values = {
  url: "https://x",
  KEY: "k",
  auth: { user: "u", token: "t", pin: 1234 },
  accounts: [{ id: "1", password: "p1" }, { id: "2" }, { id: "3", password: "p3" }],
  tokens: ["a", "b"],
  unknown: { kept: true },
};

test("are taken out with their paths", () => {
  const { open, secrets } = splitSecrets(settings, values);
  expect(open).toEqual({
    url: "https://x",
    auth: { user: "u" },
    accounts: [{ id: "1" }, { id: "2" }, { id: "3" }],
    unknown: { kept: true },
  });
  expect(Object.fromEntries(secrets)).toEqual({
    KEY: "k",
    "auth.token": "t",
    "auth.pin": 1234,
    "accounts.0.password": "p1",
    "accounts.2.password": "p3",
    tokens: ["a", "b"],
  });
});

test("have a path wherever there is a place for one", () => {
  const { open } = splitSecrets(settings, values);
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
  expect(joinSecrets(settings, {}, (path) => (path === "auth.token" ? "t" : undefined))).toEqual({
    auth: { token: "t" },
  });
});

test("taken out and put back give the whole", () => {
  const text = fc.string();
  const whole = fc.record(
    {
      url: text,
      KEY: text,
      auth: fc.record({ user: text, token: text, pin: fc.integer() }, { requiredKeys: [] }),
      accounts: fc.array(fc.record({ id: text, password: text }, { requiredKeys: ["id"] })),
      tokens: fc.array(text),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(whole, (original) => {
      const { open, secrets } = splitSecrets(settings, original);
      expect(joinSecrets(settings, open, (path) => secretText(secrets.get(path)))).toEqual(original);
    }),
  );
});
