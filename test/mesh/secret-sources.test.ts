// Who is given which secret: declared ones from every source, others only where the store has them for a plug.
import { MeshSources } from "../../provider/src/mesh/secret-sources";
import { environmentSource, objectSource, type SecretId, type SecretSource } from "../../provider/src/secrets/sources";

const instance = (address: string, name: string): SecretId => ({
  owner: { kind: "instance", product: "p", name: address, address },
  name,
});
const plug: SecretId = {
  owner: { kind: "plug", name: "x", source: "a", destination: "b", topic: "t", mode: "push" },
  name: "intake_key",
};
const environment = {
  MESHROOM_SECRET_A_EU_KEY: "of a-eu",
  MESHROOM_SECRET_A_B_T_PUSH_INTAKE_KEY: "of the environment",
};
const store = (values: Record<string, string>): SecretSource => ({ title: "store", get: ({ name }) => values[name] });
const sourcesWith = (values: Record<string, string> = {}) =>
  new MeshSources(
    [objectSource("stack config", { a: { eu_KEY: "of the config" } }), environmentSource(environment)],
    store(values),
  );

test("a name that no manifest declares is not answered, though the environment has a variable for it", () => {
  const asked = instance("a", "eu_KEY");
  expect(() => sourcesWith({ eu_KEY: "of the store" }).require(asked, undefined)).toThrow(
    "secret a.eu_KEY is not given, since it is not declared: add `- { name: eu_KEY, secret: true }` to the settings of products/p/definition.yaml [SECRET_MISSING]",
  );
});

test("a declared one is, from the first source that has it", () => {
  const declared = instance("a-eu", "KEY");
  expect(sourcesWith().require(declared, declared)).toBe("of a-eu");
});

test("what the Python tool's hooks have put into the store for a plug is given, and nothing else by that name", () => {
  expect(sourcesWith({ intake_key: "of the store" }).require(plug, undefined)).toBe("of the store");
  expect(() => sourcesWith().require(plug, undefined)).toThrow(/no hook has stored it.*SECRET_MISSING/);
});
