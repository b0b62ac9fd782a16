// Values of settings without a file, as a stack's configuration gives them.
import { Manifest } from "../../provider/src/model/manifest";
import { checkSettings, missingSettings, withDefaults } from "../../provider/src/model/setting";
import { readSettings, secretNames } from "../../provider/src/model/setting-shape";
import type { Setting } from "../../provider/src/model/types";

const declared = settingsOf(`
- {name: url, required: true}
- {name: port, type: integer, default: 443, required: true}
- {name: verify, type: boolean}
- name: proxy
  properties:
    - {name: host, required: true}
    - {name: port, type: integer, default: 3128}
    - {name: password, secret: true, required: true}
- name: accounts
  items:
    - {name: user, required: true}
    - {name: admin, type: boolean, default: no}
- {name: api_key, secret: true, required: true}
`);

test("booleans of YAML 1.1 are typed; a number in quotes, as the Python tool writes it, counts with a warning", () => {
  const { values, problems } = check({ verify: "yes", port: "5" });
  expect(values).toEqual({ verify: true, port: 5 });
  expect(problems).toMatchObject([
    { code: "SETTING_TYPE", severity: "warning", at: undefined, remedy: "remove the quotes" },
  ]);
});

test.each(["yes", "Yes", "ON", "true", true])("%j is true", (verify) => {
  expect(check({ verify }).values).toEqual({ verify: true });
});

test.each(["y", "1", 1, 0, "", {}, []])("%j is no boolean", (verify) => {
  expect(check({ verify }).problems.map(({ code }) => code)).toEqual(["SETTING_TYPE"]);
});

test.each([1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60, "4e3", true, [443]])(
  "%j is no integer that can be kept",
  (port) => {
    expect(check({ port })).toMatchObject({ values: {}, problems: [{ code: "SETTING_TYPE" }] });
  },
);

test("no message shows a value, and a secret's value is gone", () => {
  const { values, problems } = check({
    api_key: "canary",
    proxy: { password: "canary", host: ["canary"] },
    port: "canary",
    api_kee: "canary",
  });
  expect(problems.map(({ code }) => code)).toEqual([
    "SECRET_IN_CLEAR",
    "SECRET_IN_CLEAR",
    "SETTING_TYPE",
    "SETTING_TYPE",
    "SETTING_UNKNOWN",
  ]);
  expect(JSON.stringify([values, problems])).not.toContain("canary");
});

test("unknown settings are kept with a warning", () => {
  expect(check({ colour: "red" })).toMatchObject({
    values: { colour: "red" },
    problems: [{ code: "SETTING_UNKNOWN", severity: "warning" }],
  });
});

test.each([null, undefined, {}])("%j is no settings at all", (values) => {
  expect(check(values)).toEqual({ values: {}, problems: [] });
});

test.each([[[]], ["text"], [5], [true]])("%j are no settings", (values) => {
  expect(check(values)).toMatchObject({ values: {}, problems: [{ code: "SETTING_TYPE" }] });
});

test("a name that every object inherits is an unknown setting like any other", () => {
  const { values, problems } = check(JSON.parse('{"__proto__": {"a": 1}, "constructor": 2}'));
  expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
  expect(problems.map(({ code }) => code)).toEqual(["SETTING_UNKNOWN", "SETTING_UNKNOWN"]);
});

test("what is missing is what is required and has neither value nor default, and is no secret", () => {
  expect(missingSettings(declared, {})).toEqual(["url"]);
  expect(missingSettings(declared, { url: "x", proxy: {} })).toEqual(["proxy.host"]);
  expect(missingSettings(declared, { url: "x", accounts: [{ user: "a" }, {}] })).toEqual(["accounts.1.user"]);
});

test("defaults are filled in at every depth, and given values stay", () => {
  expect(withDefaults(declared, { port: 1, accounts: [{ user: "a" }, { admin: true }] })).toEqual({
    port: 1,
    proxy: { port: 3128 },
    accounts: [{ user: "a", admin: false }, { admin: true }],
  });
});

test("filling defaults in changes neither the values nor the declaration", () => {
  const settings = settingsOf("- {name: list, items: string, default: [a]}");
  const given = {};
  const filled = withDefaults(settings, given);
  (filled.list as string[]).push("b");
  expect(given).toEqual({});
  expect(withDefaults(settings, {})).toEqual({ list: ["a"] });
});

test("a setting whose `secret` can't be read is a secret", () => {
  const manifest = new Manifest("definition.yaml", "settings: [{name: a, secret: maybe}, {name: b, secret: off}]");
  expect(secretNames(readSettings(manifest, manifest.value.settings, ["settings"]))).toEqual(["a"]);
});

function check(values: unknown) {
  return checkSettings(declared, values, { subject: "instance edr/prod" });
}

function settingsOf(list: string): Setting[] {
  const manifest = new Manifest("definition.yaml", `settings:\n${list}`);
  const settings = readSettings(manifest, manifest.value.settings, ["settings"]);
  expect(manifest.problems).toEqual([]);
  return settings;
}
