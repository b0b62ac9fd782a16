// Names in the store: the Python tool's, and never one for two secrets.
import fc from "fast-check";
import { ownName, plainName, storeNames } from "../../provider/src/secrets/store-names";
import { SecretValues } from "../../provider/src/secrets/values";
import { ofInstance, ofPlug } from "./ids";

const first = ofInstance("a", "b_c", "KEY");
const second = ofInstance("a_b", "c", "KEY");

/** Few letters, so that names meet often. */
const part = fc.stringMatching(/^[ab_]{1,4}$/);
const anyId = fc.oneof(
  fc.tuple(part, part, part).map((parts) => ofInstance(...parts)),
  fc.tuple(part, part, part, fc.constantFrom("push", "pull"), part).map((parts) => ofPlug(...parts)),
);

test("are the Python tool's", () => {
  expect(plainName(ofInstance("edr", "prod", "API_KEY"))).toBe("edr_prod_API_KEY");
  expect(plainName(ofPlug("edr/prod", "siem", "events", "push", "intake_key"))).toBe(
    "prod_siem_events_push_intake_key",
  );
});

test("that two secrets would share go to the first in order, and the user is told", () => {
  const { names, problems } = storeNames([second, first]);
  expect(names.get(ownName(first))?.name).toBe("a_b_c_KEY");
  expect(names.get(ownName(second))?.name).toBe("instance:a_b/c/KEY");
  expect(problems.map(({ code }) => code)).toEqual(["SECRET_NAME_SHARED"]);
  expect(problems[0]?.summary).toContain("a_b_c_KEY");
});

test("are different for different secrets, and the same in whatever order these come", () => {
  fc.assert(
    fc.property(fc.array(anyId), (ids) => {
      const found = [...storeNames(ids).names.values()].map(({ id, name }) => [ownName(id), name]);
      expect(new Set(found.map(([, name]) => name)).size).toBe(new Set(ids.map(ownName)).size);
      const reversed = [...storeNames([...ids].reverse()).names.values()].map(({ id, name }) => [ownName(id), name]);
      expect(reversed).toEqual(found);
    }),
  );
});

describe("a value of a shared name", () => {
  const { names } = storeNames([first, second]);
  const [shared, other] = [first, second].map(
    (id) => names.get(ownName(id)) as NonNullable<ReturnType<typeof names.get>>,
  );

  test("that another program stored is served to none of the two", () => {
    const values = SecretValues.parse('{"a_b_c_KEY": "of whom?"}');
    expect(values.get(first)).toBe("of whom?");
    expect(values.get(shared?.id ?? first)).toBeUndefined();
    expect(values.get(other?.id ?? second)).toBeUndefined();
  });

  test("stays with the one for which it was stored before there were two", () => {
    const values = new SecretValues();
    values.set(second, "early");
    expect(values.get(other?.id ?? second)).toBe("early");
    expect(values.get(shared?.id ?? first)).toBeUndefined();
    values.set(shared?.id ?? first, "late", shared?.name);
    expect([values.get(shared?.id ?? first), values.get(other?.id ?? second)]).toEqual(["late", "early"]);
  });

  test("is not served to the one that is left when the other is gone", () => {
    const values = new SecretValues();
    values.set(second, "of the second");
    expect(values.get(first)).toBeUndefined();
  });

  test("is not served once another program has changed it", () => {
    const values = new SecretValues();
    values.set(second, "ours");
    values.setEntry("a_b_c_KEY", "theirs");
    expect(values.get(other?.id ?? second)).toBeUndefined();
  });

  test("is never another secret's, whatever is set in whatever order", () => {
    fc.assert(
      fc.property(fc.array(anyId, { minLength: 1 }), (ids) => {
        const values = new SecretValues();
        const wanted = new Map<string, string>();
        for (const [index, id] of ids.entries()) {
          // The project grows by one secret, then that one is set.
          const name = storeNames(ids.slice(0, index + 1)).names.get(ownName(id));
          if (!name) throw new Error("every secret has a name");
          values.set(name.id, `value ${index}`, name.name);
          wanted.set(ownName(id), `value ${index}`);
        }
        const reread = SecretValues.parse(values.toText());
        for (const { id } of storeNames(ids).names.values()) expect(reread.get(id)).toBe(wanted.get(ownName(id)));
      }),
    );
  });
});
