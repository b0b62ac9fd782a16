// Asks the person at the terminal what a hook wants to know, or says what to do where nobody can be asked.
import { connect } from "node:net";
import type { SecretMask } from "../../secrets/mask";
import { askAtTerminal, hasTerminal } from "./ask-at-terminal";
import type { PromptKind } from "./protocol";

/** Set to `true`: the steps that only a person can do are taken for done. */
export const MANUAL_STEPS_DONE = "MESHROOM_ASSUME_MANUAL_STEPS_DONE";

/** Address of a socket behind which a process with a terminal answers (ask-at-terminal.ts), since the engine's own processes have none. */
export const TERMINAL = "MESHROOM_TERMINAL";

/** `here`: how this process asks at a terminal of its own. @throws Error (as a rejection) with what to do instead of answering */
export async function askPerson(
  kind: PromptKind,
  text: string,
  environment: NodeJS.ProcessEnv = process.env,
  here: (kind: PromptKind, text: string) => Promise<string> = askAtTerminal,
): Promise<string> {
  if (kind === "manual" && /^(true|1|yes)$/i.test(environment[MANUAL_STEPS_DONE] ?? "")) return "";
  const terminal = environment[TERMINAL];
  if (terminal) return askThere(terminal, kind, text);
  if (hasTerminal()) return here(kind, text);
  if (kind === "manual") {
    const again = `run again with ${MANUAL_STEPS_DONE}=true in the environment`;
    throw new Error(
      `a step is to be done by hand: ${oneLine(text)}; nobody can be asked here, so do it, then ${again}`,
    );
  }
  throw new Error(`nobody can be asked here: ${oneLine(text)}`);
}

/** As {@link askPerson}; a secret that is typed is masked from then on. */
export async function askMasked(mask: SecretMask, ...question: Parameters<typeof askPerson>): Promise<string> {
  const value = await askPerson(...question);
  if (question[0] === "secret") mask.add(value);
  return value;
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, " ");
}

/** At the process that serves its terminal. */
function askThere(address: string, kind: PromptKind, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(address, () => socket.write(`${JSON.stringify({ kind, text })}\n`));
    let reply = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      reply += chunk;
    });
    socket.on("error", reject);
    socket.on("end", () => {
      const { value, error } = JSON.parse(reply || "{}") as { value?: string; error?: string };
      if (value !== undefined) resolve(value);
      else reject(new Error(error ?? "nobody answered"));
    });
  });
}
