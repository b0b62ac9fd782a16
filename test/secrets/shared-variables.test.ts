// Secrets whose names differ, but not in letters and digits, would share one environment variable: it is reported, and given to none of them.
import fc from "fast-check";
import { sharedVariables } from "../../provider/src/secrets/shared-variables";
import { environmentSource, type SecretId, secretVariable } from "../../provider/src/secrets/sources";
import { ownName } from "../../provider/src/secrets/store-names";

const id = (address: string, name: string): SecretId => ({
  owner: { kind: "instance", product: "p", name: address, address },
  name,
});

test("instances prod-eu, prod_eu, prod.eu and the setting eu_KEY of prod", () => {
  const ids = [
    id("prod-eu", "KEY"),
    id("prod_eu", "KEY"),
    id("prod.eu", "KEY"),
    id("prod", "eu_KEY"),
    id("lab", "KEY"),
  ];
  const { names, problems } = sharedVariables(ids);
  expect([...names].sort()).toEqual(ids.slice(0, 4).map(ownName).sort());
  expect(problems).toEqual([
    {
      code: "SECRET_NAME_SHARED",
      severity: "warning",
      summary:
        "the secrets prod-eu.KEY and prod.eu.KEY and prod.eu_KEY and prod_eu.KEY would share the environment variable `MESHROOM_SECRET_PROD_EU_KEY`, which is used for none of them",
      remedy: "set them in the stack's config or in secrets.gpg, or rename one of the instances",
    },
  ]);
});

test("a shared variable is never given, and its command never said", () => {
  const source = environmentSource({ MESHROOM_SECRET_PROD_EU_KEY: "x" });
  const shared = { ...id("prod-eu", "KEY"), isVariableShared: true as const };
  expect([source.get(shared), source.command?.(shared)]).toEqual([undefined, undefined]);
  expect(source.get(id("prod-eu", "KEY"))).toBe("x");
});

test("whatever the names: two secrets are shared just where their variables are equal, in whatever order they come", () => {
  const part = fc.stringMatching(/^[ab._-]{1,4}$/);
  const ids = fc.array(
    fc.tuple(part, part).map(([address, name]) => id(address, name)),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(ids, (all) => {
      const { names } = sharedVariables(all);
      for (const one of all) {
        const isShared = all.some(
          (other) => ownName(other) !== ownName(one) && secretVariable(other) === secretVariable(one),
        );
        expect(names.has(ownName(one))).toBe(isShared);
      }
      expect(sharedVariables([...all].reverse()).problems.length).toBe(sharedVariables(all).problems.length);
    }),
  );
});
