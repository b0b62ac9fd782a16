// `meshroom produce`
import type { ExchangeRequest } from "../../actions/exchange/open-exchange";
import { type Produced, produce } from "../../actions/verbs/produce";
import type { Call, Command, Result } from "../parse/command";
import { listenForInterrupts } from "../run/interrupts";
import { exchangeArguments, exchangeOptions, exchangeRequest, itemLine } from "../run/run-exchange";
import { describeProblem, diagnosticJson, openView } from "../show/print";

export const command: Command = {
  description:
    "Sends every line of stdin by the produce hook of the source; where it has none, by that of the destination, which emulates. A line that fails does not keep the next from being sent.",
  arguments: exchangeArguments("the source", "the destination, to send through one plug"),
  options: exchangeOptions,
  examples: [
    { command: "produce events edge < events.jsonl", does: "what the sensor sees" },
    { command: "produce events edge siem", does: "type lines, end with Ctrl-D" },
  ],
  run(call) {
    if (process.stdin.isTTY) call.terminal.report("one line for each thing to send, Ctrl-D to end");
    return new ProduceResult(call);
  },
};

class ProduceResult implements Result {
  readonly isJsonLines = true;
  #sent = 0;
  #failed = 0;

  constructor(private readonly call: Call) {}

  get json(): AsyncIterable<unknown> {
    return this.#asJson();
  }

  get exitCode(): 0 | 1 {
    return this.#failed > 0 ? 1 : 0;
  }

  get notes(): string[] {
    return this.#failed > 0 ? [`${this.#failed} of ${this.#sent} lines failed`] : [];
  }

  async *text(): AsyncGenerator<string> {
    const view = await openView(process.stderr);
    for await (const { line, result, problems } of this.#produce()) {
      for (const problem of problems ?? [])
        this.call.terminal.report(`line ${line}: ${describeProblem(problem, view)}`);
      if (!problems) yield result === undefined ? `line ${line}: sent` : itemLine(result);
    }
  }

  async *#asJson(): AsyncGenerator<unknown> {
    for await (const { problems, ...rest } of this.#produce()) {
      yield problems ? { ...rest, diagnostics: problems.map(diagnosticJson) } : rest;
    }
  }

  async *#produce(): AsyncGenerator<Produced> {
    const interrupts = listenForInterrupts(() => this.call.terminal.close());
    try {
      const { terminal } = this.call;
      const request: ExchangeRequest = { ...exchangeRequest(this.call), ask: (kind, text) => terminal.ask(kind, text) };
      for await (const produced of produce(request, terminal.readLines(), interrupts.signal)) {
        this.#sent++;
        if (produced.problems) this.#failed++;
        yield produced;
      }
    } finally {
      interrupts.stop();
    }
  }
}
