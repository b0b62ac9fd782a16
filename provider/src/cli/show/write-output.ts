// `--output FILE`: what a command draws or reports, in a file.
import { resolve } from "node:path";
import { writeFileWhole } from "../../base/write-file";
import { type Result, UsageError } from "../parse/command";

/** The result of having written `text` there. @throws UsageError where that can't be */
export function writeOutput(file: string, text: string, exitCode?: Result["exitCode"]): Result {
  try {
    writeFileWhole(resolve(file), text);
  } catch (error) {
    throw new UsageError(
      `${file} can't be written: ${(error as Error).message}`,
      "name a file in a folder that is there",
    );
  }
  return { json: { file }, text: () => [], notes: [`written: ${file}`], exitCode };
}
