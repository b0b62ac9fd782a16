// One HTTP request to a product, with errors that say what was asked and what came back. No secret is in a message.

export interface RequestOptions {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** The media type of the body; JSON where absent. */
  type?: string;
  signal?: AbortSignal;
  /** Status codes that are answers, not errors. */
  accept?: readonly number[];
}

export class HttpError extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.name = "HttpError";
    this.status = status;
  }
}

const answerTime = 30_000; // milliseconds

export async function request(url: string | URL, options: RequestOptions = {}): Promise<Response> {
  const { method = "GET", headers = {}, body, type = "application/json", signal, accept = [] } = options;
  const place = `${method} ${new URL(url).origin}${new URL(url).pathname}`;
  const limit = AbortSignal.timeout(answerTime);
  const response = await fetch(url, {
    method,
    headers: body === undefined ? headers : { "content-type": type, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: signal ? AbortSignal.any([signal, limit]) : limit,
  }).catch((error: Error & { cause?: NodeJS.ErrnoException }) => {
    throw new Error(`${place}: no answer (${error.cause?.code ?? error.name})`);
  });
  if (response.ok || accept.includes(response.status)) return response;
  const said = (await response.text().catch(() => "")).slice(0, 300).trim();
  throw new HttpError(`${place}: HTTP ${response.status} ${said}`.trimEnd(), response.status);
}
