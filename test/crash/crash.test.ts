// Kills, a few of each kind: nothing twice, nothing lost, nothing left behind. `npm run crash` does hundreds.
import { drawPlan, type Plan, seeded } from "./plan";
import { crash, type Finding } from "./round";

const nothing: Omit<Finding, "isMissed"> = {
  twice: 0,
  lost: 0,
  stale: 0,
  notUp: 0,
  orphans: 0,
  repeated: 0,
  beside: 0,
  alive: 0,
  failed: [],
};

type Kill = Pick<Plan, "tool" | "target" | "operation" | "manner" | "back">;

const kills: readonly Kill[] = [
  { tool: "pulumi", target: "engine", operation: "up", manner: "post", back: "destroy" },
  { tool: "meshroom", target: "engine", operation: "up", manner: "post", back: "up" },
  { tool: "meshroom", target: "all", operation: "replace", manner: "key", back: "up" },
  { tool: "pulumi", target: "provider", operation: "up", manner: "key", back: "destroy" },
];

const onLinux = process.platform === "linux" ? test : test.skip;

onLinux.each(kills)("$tool $operation with $manner, $target killed, then $back", async (kill) => {
  const plan = { ...drawPlan(seeded(kills.indexOf(kill) + 1), 1, each(kill)), ...kill, wait: 0 };
  const { finding, log } = await crash(plan);
  const { isMissed: _, ...found } = finding;
  // With what was printed, so that a failure tells why.
  if (JSON.stringify(found) !== JSON.stringify(nothing)) process.stderr.write(log);
  expect(found).toEqual(nothing);
});

function each({ tool, target, operation, manner, back }: Kill) {
  return { tool: [tool], target: [target], operation: [operation], manner: [manner], back: [back] };
}
