// Live progress of `up` and `down` on stderr: a line per plug at work on a terminal, a line per step elsewhere.

import type { RunEvent } from "../../actions/engine/plan";
import type { Screen } from "../../base/ask-person";
import type { Terminal } from "../ask/terminal";
import { printable } from "./printable";
import type { View } from "./view";

/** While it is paused, what is to be said waits. */
export interface Progress extends Screen {
  onEvent(event: RunEvent): void;
  /** A line that stays. */
  say(line: string): void;
  /** What is waited for where there are no events; not said where lines stay. */
  wait(text: string): void;
  end(): void;
}

type Plugged = Extract<RunEvent, { type: "started" | "done" | "failed" }>;

const doneWords = {
  create: "up",
  update: "up again",
  replace: "up again",
  delete: "down",
  same: "",
  refresh: "",
} as const;

/** One line per event that people care about; undefined for the others. */
function describe(event: RunEvent, seconds: number | undefined, view: View): string | undefined {
  switch (event.type) {
    case "started":
    case "interrupted":
      return undefined;
    case "step":
      return `${event.resource.name}: ${event.text}`;
    case "lines":
      return view.style("dim", event.lines.map((line) => `${event.resource.name}: ${line}`).join("\n"));
    case "message": {
      const where = event.resource && event.resource.kind !== "internal" ? `${event.resource.name}: ` : "";
      // Warnings and errors are shown whole at the end.
      return event.severity === "info" ? view.style("dim", `${where}${event.text}`) : undefined;
    }
    default:
      return describeEnd(event, seconds, view);
  }
}

function describeEnd({ type, change }: Plugged, seconds: number | undefined, view: View): string | undefined {
  if (change.kind !== "plug" || change.operation === "same" || change.operation === "refresh") return undefined;
  const time = seconds === undefined ? "" : view.style("dim", ` (${seconds.toFixed(1)} s)`);
  const word = type === "failed" ? view.style("red", "failed") : view.style("green", doneWords[change.operation]);
  return `${change.name}: ${word}${time}`;
}

/** When each plug began. */
class Times {
  readonly #starts = new Map<string, number>();

  /** Seconds since the start, at the end. */
  note(event: RunEvent): number | undefined {
    if (event.type === "started" && !this.#starts.has(event.change.urn)) this.#starts.set(event.change.urn, Date.now());
    if (event.type !== "done" && event.type !== "failed") return undefined;
    const start = this.#starts.get(event.change.urn);
    return start === undefined ? undefined : (Date.now() - start) / 1000;
  }
}

export async function openProgress(terminal: Terminal, view: View): Promise<Progress> {
  if (process.stderr.isTTY && process.env.TERM !== "dumb" && !process.env.CI) return openLive(view);
  const times = new Times();
  const lines = new HeldLines((line) => terminal.report(line));
  return {
    onEvent(event) {
      const line = describe(event, times.note(event), view);
      if (line !== undefined) lines.say(line);
    },
    say: (line) => lines.say(line),
    wait() {},
    pause: () => lines.hold(),
    resume: () => lines.release(),
    end: () => lines.release(),
  };
}

/** Lines that wait while a question stands on the terminal. */
class HeldLines {
  #held: string[] | undefined;

  constructor(private readonly print: (line: string) => void) {}

  get isHeld(): boolean {
    return this.#held !== undefined;
  }

  say(line: string): void {
    if (this.#held) this.#held.push(line);
    else this.print(line);
  }

  hold(): void {
    this.#held ??= [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const line of held) this.print(line);
  }
}

const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const frameMs = 80;

async function openLive(view: View): Promise<Progress> {
  const { createLogUpdate } = await import("log-update");
  const draw = createLogUpdate(process.stderr);
  const times = new Times();
  const active = new Map<string, { name: string; text: string }>();
  let frame = 0;
  const redraw = () => {
    if (kept.isHeld) return;
    frame = (frame + 1) % frames.length;
    const rows = process.stderr.rows || 24;
    const lines = [...active.values()].map(
      ({ name, text }) => `${view.style("cyan", frames[frame] ?? "")} ${name}${text}`,
    );
    const hidden = lines.length - (rows - 2);
    draw(printable([...lines.slice(0, rows - 2), ...(hidden > 0 ? [`  and ${hidden} more`] : [])].join("\n")));
  };
  const kept = new HeldLines((line) => {
    draw.clear();
    process.stderr.write(`${printable(line)}\n`);
    redraw();
  });
  // `done` shows the cursor again.
  const clear = () => {
    draw.clear();
    draw.done();
  };
  const timer = setInterval(redraw, frameMs);
  return {
    onEvent(event) {
      const seconds = times.note(event);
      follow(active, event);
      const line = event.type === "step" ? undefined : describe(event, seconds, view);
      if (line !== undefined) kept.say(line);
    },
    say: (line) => kept.say(line),
    wait: (text) => void active.set("", { name: text, text: "" }),
    pause() {
      kept.hold();
      clear();
    },
    resume: () => kept.release(),
    end() {
      clearInterval(timer);
      kept.release();
      clear();
    },
  };
}

/** Which plugs are at work, and at what. */
function follow(active: Map<string, { name: string; text: string }>, event: RunEvent): void {
  if (event.type === "message" || event.type === "lines" || event.type === "interrupted") return;
  if (event.type === "step") {
    const known = active.get(event.resource.urn);
    if (known) known.text = `  ${event.text}`;
    return;
  }
  const { urn, kind, name, operation } = event.change;
  if (kind !== "plug" || operation === "same" || operation === "refresh") return;
  if (event.type === "started") active.set(urn, { name, text: "" });
  else active.delete(urn);
}
