// `node receiver.ts FOLDER`: takes webhooks in for a product that has none, and hands each to a handler. A handler that
// fails answers 500, so that the sender tries again.
import { timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { pathToFileURL } from "node:url";
import { report, ServiceFolder } from "../services/program.ts";

export interface ReceiverSettings<HandlerSettings extends object = object> {
  host: string;
  port: number;
  /** What senders must show as a bearer token. */
  token: string;
  /** The module whose `openHandler` makes the handler, and what it is given. */
  handler: string;
  handlerSettings: HandlerSettings;
}

export interface Handler {
  handle(body: unknown): Promise<void>;
}

const longestBody = 4 * 1024 * 1024;

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestBody) throw new Error("the body is too long");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function isAllowed({ headers }: IncomingMessage, token: string): boolean {
  const shown = Buffer.from(headers.authorization ?? "");
  const due = Buffer.from(`Bearer ${token}`);
  return shown.length === due.length && timingSafeEqual(shown, due);
}

function end(response: ServerResponse, status: number): void {
  response.writeHead(status).end();
}

async function main(): Promise<void> {
  const folder = new ServiceFolder<ReceiverSettings, never>();
  const { host, port, token, handler: module, handlerSettings } = folder.settings;
  const { openHandler } = (await import(pathToFileURL(module).href)) as { openHandler(settings: object): Handler };
  const handler = openHandler(handlerSettings);
  const server = createServer(async (request, response) => {
    try {
      if (!isAllowed(request, token)) return end(response, 401);
      if (request.method === "POST") await handler.handle(JSON.parse(await read(request)));
      end(response, request.method === "POST" ? 200 : 405);
    } catch (error) {
      report((error as Error).message);
      end(response, 500);
    }
  });
  server.on("error", (error) => {
    report(error.message);
    process.exit(1);
  });
  server.listen(port, host, () => folder.ready());
}

void main();
