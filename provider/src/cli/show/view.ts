// How text is laid out for whoever reads it: the width of the terminal, and colour only where there is one.
import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

export interface View {
  /** Columns of the terminal; undefined where the text goes to a file or a pipe, which take any width. */
  readonly columns: number | undefined;
  /** Columns that a text takes. */
  widthOf(text: string): number;
  /** The text with a colour or weight; as it is where there is no colour. */
  style(format: Format, text: string): string;
}

/** A view for a stream. `NO_COLOR`, `FORCE_COLOR` and `TERM=dumb` are heeded as Node does. */
export function viewOf(stream: NodeJS.WriteStream, widthOf: (text: string) => number): View {
  return {
    columns: stream.isTTY ? stream.columns || 80 : undefined,
    widthOf,
    style: (format, text) => styleText(format, text, { stream }),
  };
}
