// What the hooks of one host have said: masked, as it can be shown, behind the title of the hook that said it, and not without end.
import { visibleLines } from "../../base/visible";
import { attributed } from "./attributed";
import { type HostJob, type Level, LINE_LIMIT, LINES_LIMIT } from "./host-job";

/** Ended jobs that may still be heard of: what their hooks left behind. */
const LATE_SPEAKERS = 32;

export class HeardLines {
  /** By the number of the job. */
  readonly #speakers = new Map<number, { job: HostJob; lines: number }>();

  /** Jobs are numbered upwards. */
  add(id: number, job: HostJob): void {
    this.#speakers.set(id, { job, lines: 0 });
    this.#speakers.delete(id - LATE_SPEAKERS);
  }

  /**
   * Masks first: a secret that is cut in two, or that holds what is shown in another way, is no longer found.
   * @param isCut the text was longer than what is held of a line
   */
  say(id: number | undefined, level: Level, text: string, isCut = false): void {
    const speaker = id === undefined ? undefined : this.#speakers.get(id);
    if (!speaker || !text || speaker.lines > LINES_LIMIT) return;
    const { job } = speaker;
    for (const line of visibleLines(job.hide?.(text, isCut) ?? text)) {
      if (!line || speaker.lines > LINES_LIMIT) continue;
      speaker.lines++;
      const shown = speaker.lines > LINES_LIMIT ? "... further output of this hook is not shown" : cut(line);
      job.onLine?.(level, attributed(job.title, shown));
    }
  }
}

function cut(line: string): string {
  return line.length > LINE_LIMIT ? `${line.slice(0, LINE_LIMIT)} ... (cut)` : line;
}
