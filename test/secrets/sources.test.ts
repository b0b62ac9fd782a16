// Where secrets come from, and how they are called there.
import {
  environmentSource,
  findSecret,
  objectSource,
  type SecretId,
  secretName,
  secretVariable,
} from "../../provider/src/secrets/sources";

const ofInstance = (name: string, address = "desk"): SecretId => ({
  owner: { kind: "instance", product: "siem", name: "desk", address },
  name,
});
const ofPlug = (name: string): SecretId => ({
  owner: {
    kind: "plug",
    name: "events: agents -> siem/desk",
    source: "agents",
    destination: "siem/desk",
    topic: "events",
    mode: "push",
  },
  name,
});

test("secrets are called by their owner and their setting", () => {
  expect(secretName(ofInstance("API_KEY"))).toBe("desk.API_KEY");
  expect(secretName(ofInstance("auth.token", "siem/desk"))).toBe("siem/desk.auth.token");
  expect(secretName(ofPlug("token"))).toBe("events: agents -> siem/desk.token");
});

test.each([
  [ofInstance("API_KEY"), "MESHROOM_SECRET_DESK_API_KEY"],
  [ofInstance("auth.token", "siem/desk-2"), "MESHROOM_SECRET_SIEM_DESK_2_AUTH_TOKEN"],
  [ofInstance("clé", "été"), "MESHROOM_SECRET__T__CL_"],
  [ofPlug("token"), "MESHROOM_SECRET_AGENTS_SIEM_DESK_EVENTS_PUSH_TOKEN"],
])("the variable of %j is %s", (id, variable) => {
  expect(secretVariable(id)).toBe(variable);
});

describe("the environment", () => {
  const source = environmentSource({ MESHROOM_SECRET_DESK_API_KEY: "k", MESHROOM_SECRET_DESK_EMPTY: "" });

  test("has what is set, an empty text included", () => {
    expect(source.get(ofInstance("API_KEY"))).toBe("k");
    expect(source.get(ofInstance("EMPTY"))).toBe("");
    expect(source.get(ofInstance("OTHER"))).toBeUndefined();
  });

  test("is told by a command without a value", () => {
    expect(source.command?.(ofInstance("API_KEY"))).toBe("export MESHROOM_SECRET_DESK_API_KEY=...");
  });
});

describe("an object", () => {
  const get = (values: unknown, id: SecretId) => objectSource("config", values).get(id);

  test("has secrets by address or plug, then by setting", () => {
    expect(get({ desk: { API_KEY: "k" } }, ofInstance("API_KEY"))).toBe("k");
    expect(get({ "siem/desk": { API_KEY: "k" } }, ofInstance("API_KEY", "siem/desk"))).toBe("k");
    expect(get({ "events: agents -> siem/desk": { token: "t" } }, ofPlug("token"))).toBe("t");
  });

  test("has nested secrets as objects or dotted; the dotted name wins", () => {
    expect(get({ desk: { auth: { token: "t" } } }, ofInstance("auth.token"))).toBe("t");
    expect(get({ desk: { "auth.token": "t" } }, ofInstance("auth.token"))).toBe("t");
    expect(get({ desk: { "auth.token": "dotted", auth: { token: "nested" } } }, ofInstance("auth.token"))).toBe(
      "dotted",
    );
  });

  test("gives what is no text as JSON, and nothing for null", () => {
    expect(get({ desk: { pin: 42 } }, ofInstance("pin"))).toBe("42");
    expect(get({ desk: { key: { a: [1] } } }, ofInstance("key"))).toBe('{"a":[1]}');
    expect(get({ desk: { off: false, empty: "" } }, ofInstance("off"))).toBe("false");
    expect(get({ desk: { empty: "" } }, ofInstance("empty"))).toBe("");
    expect(get({ desk: { none: null } }, ofInstance("none"))).toBeUndefined();
  });

  test.each(["__proto__", "constructor", "toString", "constructor.name", "auth.__proto__.x", "auth.length"])(
    "has nothing of its prototype: %s",
    (name) => {
      expect(get({ desk: { auth: {} } }, ofInstance(name))).toBeUndefined();
      expect(get({ desk: { auth: "text" } }, ofInstance(name))).toBeUndefined();
      expect(get({}, ofInstance("x", name))).toBeUndefined();
    },
  );

  test.each([undefined, null, "text", 1, [], { desk: null }, { desk: "text" }])(
    "may be %j and then has nothing",
    (values) => {
      expect(get(values, ofInstance("API_KEY"))).toBeUndefined();
    },
  );
});

test("the first source that has a secret answers, even with an empty text", () => {
  const sources = [{ desk: {} }, { desk: { a: "", b: "1" } }, { desk: { a: "2", b: "2", c: "2" } }].map((values) =>
    objectSource("config", values),
  );
  expect(["a", "b", "c", "d"].map((name) => findSecret(sources, ofInstance(name)))).toEqual(["", "1", "2", undefined]);
});
