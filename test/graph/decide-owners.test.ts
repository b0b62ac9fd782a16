import { formatDiagnostic } from "../../provider/src/diagnostic";
import type { EndHooks, PlugEnd } from "../../provider/src/graph/resolve-plug";
import { isResolved, resolvePlug } from "../../provider/src/graph/resolve-plug";
import { can, edgeToSiem, hook, noHooks } from "./builders";

/** What an end can do: nothing, its own side, both sides, or both with a hook that owns only its side. */
type Ability = "none" | "self" | "both" | "mixed";

const hooksOf: Readonly<Record<Ability, EndHooks>> = {
  none: noHooks,
  self: { ...noHooks, setup: [hook("setup", "own side")] },
  both: { ...noHooks, setup: [hook("setup", "both sides", { ownsBoth: true })] },
  mixed: { ...noHooks, setup: [hook("setup", "own side"), hook("setup", "both sides", { ownsBoth: true })] },
};

function decide(source: Ability, destination: Ability, mode: string, owner?: string): string {
  const given = edgeToSiem([can("producer", "events", { mode })], [can("consumer", "events")], { owner });
  const endHooks = ({ side }: PlugEnd) => hooksOf[side === "source" ? source : destination];
  const result = resolvePlug(given.project, given.plug, endHooks);
  if (!isResolved(result)) return result.problems.map(({ code }) => code).join();
  return result.setup.map(({ instance, hook }) => `${instance}: ${hook.title}`).join(", ");
}

const [S, D] = ["edge", "siem"];
const own = (name: string | undefined) => `${name}: own side`;
const both = (name: string | undefined) => `${name}: both sides`;

describe("who sets a plug up", () => {
  test.each<[Ability, Ability, string, string | undefined, string]>([
    // 1. both own themselves
    ["self", "self", "push", undefined, `${own(D)}, ${own(S)}`],
    ["self", "self", "pull", undefined, `${own(S)}, ${own(D)}`],
    ["self", "self", "push", "both", `${own(D)}, ${own(S)}`],
    ["self", "self", "push", S, "OWNER_INVALID"],
    ["self", "self", "pull", D, "OWNER_INVALID"],
    // 2. one owns both
    ["both", "none", "push", undefined, both(S)],
    ["both", "self", "push", undefined, both(S)],
    ["both", "self", "pull", undefined, both(S)],
    ["none", "both", "push", undefined, both(D)],
    ["self", "both", "push", undefined, both(D)],
    ["self", "both", "pull", undefined, both(D)],
    ["mixed", "none", "push", undefined, `${own(S)}, ${both(S)}`],
    ["self", "mixed", "push", undefined, `${own(D)}, ${both(D)}`],
    ["both", "both", "push", undefined, both(S)],
    ["both", "both", "pull", undefined, both(S)],
    ["mixed", "both", "pull", undefined, `${own(S)}, ${both(S)}`],
    ["both", "both", "push", S, both(S)],
    ["both", "both", "push", D, both(D)],
    ["both", "mixed", "push", D, `${own(D)}, ${both(D)}`],
    ["both", "none", "push", S, both(S)],
    ["none", "both", "push", "acme-siem/siem", both(D)],
    ["both", "none", "push", D, "OWNER_INVALID"],
    ["both", "self", "push", D, "OWNER_INVALID"],
    ["none", "both", "push", S, "OWNER_INVALID"],
    ["both", "both", "push", "both", "OWNER_INVALID"],
    ["both", "self", "push", "both", "OWNER_INVALID"],
    // 3. nobody
    ["none", "none", "push", undefined, "PLUG_UNOWNED"],
    ["self", "none", "push", undefined, "PLUG_UNOWNED"],
    ["none", "self", "pull", undefined, "PLUG_UNOWNED"],
    ["none", "none", "push", S, "PLUG_UNOWNED"],
    ["self", "none", "push", "both", "PLUG_UNOWNED"],
    // an owner that is no end
    ["self", "self", "push", "other", "OWNER_INVALID"],
    ["both", "both", "push", "other", "OWNER_INVALID"],
    ["none", "none", "push", "other", "OWNER_INVALID"],
  ])("source %s, destination %s, %s, owner %s: %s", (source, destination, mode, owner, expected) => {
    expect(decide(source, destination, mode, owner)).toBe(expected);
  });

  test("without an owner the message names what is missing and the commands that scaffold it", () => {
    const given = edgeToSiem([can("producer", "events", { mode: "pull" })], [can("consumer", "events")]);
    const endHooks = ({ side }: PlugEnd) => hooksOf[side === "source" ? "self" : "none"];
    const result = resolvePlug(given.project, given.plug, endHooks);
    expect("problems" in result && result.problems.map(formatDiagnostic).join()).toBe(
      [
        "instances/p/edge/plugs/siem/events.yaml:1:1: error: nothing sets up edge -> siem: the capabilities match for events (pull), but the set-up hooks of edge (producer, product acme-edr) own only its side and siem (consumer, product acme-siem) has no set-up hook [PLUG_UNOWNED]",
        "  to repair: meshroom create integration acme-siem acme-edr events consumer --mode pull",
      ].join("\n"),
    );
  });
});
