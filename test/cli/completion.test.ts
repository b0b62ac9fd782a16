// Completion as a person has it: the script is sourced by a real bash on a real terminal, and Tab is pressed.
import { PseudoTerminal } from "./pseudo-terminal";
import { meshroom, Playground } from "./transcript";

let playground: Playground;
let terminal: PseudoTerminal;

beforeAll(async () => {
  playground = new Playground("soc");
  const env = { ...playground.environment, PS1: "> ", MESHROOM: meshroom, NODE: process.execPath };
  terminal = new PseudoTerminal("bash --norc --noprofile -i", playground.root, env);
  terminal.type('meshroom() { "$NODE" "$MESHROOM" "$@"; }; source <(meshroom completion bash); echo rea""dy\r');
  await terminal.see("ready");
});

afterAll(() => {
  terminal.kill();
  playground.remove();
});

test.each([
  ["meshroom val", "idate"],
  ["meshroom list pro", "ducts"],
  ["meshroom create product new --from thr", "eat_exposure_management"],
  ["meshroom add fire", "wall"],
  ["meshroom plug isol", "ate_host"],
  ["meshroom plug events ed", "ge"],
  ["meshroom unplug events edge ce", "ntral"],
  ["meshroom configure edge --uns", "et"],
  ["meshroom plug events edge central -m pul", "l"],
])("%s", async (begun, rest) => {
  terminal.type(`${begun}\t`);
  await terminal.see(begun + rest);
  // Nothing is run: the line is thrown away.
  terminal.type('\u0015echo nex""t\r');
  await terminal.see("next");
});
