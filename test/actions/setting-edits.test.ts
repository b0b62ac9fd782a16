// `-c key=value`: typed by the declaration, refused where it does not fit.

import {
  applyEdits,
  findSetting,
  parseAssignments,
  parseRemovals,
} from "../../provider/src/actions/settings/setting-edits";
import { MeshroomError } from "../../provider/src/diagnostic";
import type { Setting } from "../../provider/src/model/types";

const at = { file: "definition.yaml", line: 1, column: 1 };

function setting(name: string, type: Setting["type"] = "string", more: Partial<Setting> = {}): Setting {
  return { name, type, nullable: false, secret: false, required: false, at, ...more };
}

const owner = {
  subject: "instance lab",
  settings: [
    setting("url"),
    setting("port", "integer"),
    setting("ratio", "number", { nullable: true }),
    setting("tls", "boolean"),
    setting("tags", "array", { items: setting("") }),
    setting("ports", "array", { items: setting("", "integer") }),
    setting("proxy", "object", { properties: [setting("host"), setting("password", "string", { secret: true })] }),
    setting("labels", "object"),
    setting("accounts", "array", {
      items: setting("", "object", { properties: [setting("user"), setting("token", "string", { secret: true })] }),
    }),
    setting("a.b", "integer"),
    setting("key", "string", { secret: true }),
  ],
};

function values(...assignments: string[]): Record<string, unknown> {
  return applyEdits({}, parseAssignments(owner, assignments));
}

function codes(...assignments: string[]): string[] {
  try {
    parseAssignments(owner, assignments);
  } catch (error) {
    if (error instanceof MeshroomError) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
  return [];
}

test.each<[string[], Record<string, unknown>]>([
  [["url=https://a.example/?q=1&r=2"], { url: "https://a.example/?q=1&r=2" }],
  [["url="], { url: "" }],
  [["url=123"], { url: "123" }],
  [["url=a", "url=b"], { url: "b" }],
  [["port=-5"], { port: -5 }],
  [["ratio=1e3"], { ratio: 1000 }],
  [["ratio=null"], { ratio: null }],
  [["tls=yes"], { tls: true }],
  [["tls=off"], { tls: false }],
  [["tags=a"], { tags: ["a"] }],
  [["tags=a", "tags=b, c"], { tags: ["a", "b, c"] }],
  [["tags=[a, 'b, c']"], { tags: ["a", "b, c"] }],
  [["tags="], { tags: [] }],
  [["ports=[1, 2]", "ports=3"], { ports: [1, 2, 3] }],
  [["proxy.host=h"], { proxy: { host: "h" } }],
  [["proxy={ host: h }"], { proxy: { host: "h" } }],
  [["labels={ a: 1 }"], { labels: { a: 1 } }],
  [["accounts.0.user=u", "accounts.1.user=v"], { accounts: [{ user: "u" }, { user: "v" }] }],
  [["a.b=1"], { "a.b": 1 }],
])("%j", (assignments, expected) => {
  expect(values(...assignments)).toEqual(expected);
});

test.each<[string[], string[]]>([
  [["port=soon"], ["SETTING_TYPE"]],
  [["port=1.5"], ["SETTING_TYPE"]],
  [["port=9007199254740993"], ["SETTING_TYPE"]],
  [["tls=maybe"], ["SETTING_TYPE"]],
  [["ports=[1, "], ["SETTING_TYPE"]],
  [["ports=one"], ["SETTING_TYPE"]],
  [["labels=text"], ["SETTING_TYPE"]],
  [["hots=x"], ["SETTING_UNKNOWN"]],
  [["proxy.nothing=x"], ["SETTING_UNKNOWN"]],
  [["accounts.first.user=x"], ["SETTING_UNKNOWN"]],
  [["key=x"], ["SECRET_IN_CLEAR"]],
  [["proxy.password=x"], ["SECRET_IN_CLEAR"]],
  [["accounts.0.token=x"], ["SECRET_IN_CLEAR"]],
  [["url"], ["CONFIG_INVALID"]],
  [["=x"], ["CONFIG_INVALID"]],
  [
    ["url", "port=x", "nothing=1"],
    ["CONFIG_INVALID", "SETTING_TYPE", "SETTING_UNKNOWN"],
  ],
])("%j is refused", (assignments, expected) => {
  expect(codes(...assignments)).toEqual(expected);
});

test("a removal takes a member out and leaves the rest", () => {
  const before = { url: "a", proxy: { host: "h", port: 1 }, tags: ["a"] };
  const after = applyEdits(before, parseRemovals(owner, ["proxy.host", "tags"]));
  expect(after).toEqual({ url: "a", proxy: { port: 1 } });
  expect(before).toEqual({ url: "a", proxy: { host: "h", port: 1 }, tags: ["a"] });
});

test("the prototype can't be reached", () => {
  expect(findSetting(owner.settings, "__proto__.x")).toBeUndefined();
  expect(codes("constructor=x")).toEqual(["SETTING_UNKNOWN"]);
});
