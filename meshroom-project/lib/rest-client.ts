// The HTTP client below all product clients: JSON, a bearer key, errors that say what was asked and what came back.
import type { HookInstance } from "pulumi-meshroom/hooks";

const answerTime = 10_000; // milliseconds

/** The product answered, and said no. */
class RestError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = "RestError";
  }
}

/** The client for a tenant, with the instance's own API key or another one. Messages of its errors hold no key. */
export async function connect(instance: HookInstance, signal: AbortSignal): Promise<RestClient> {
  return new RestClient(instance.product, instance.settings.url, await instance.secret("API_KEY"), signal);
}

export class RestClient {
  constructor(
    private readonly product: string,
    private readonly url: string,
    private readonly key: string,
    private readonly signal: AbortSignal,
  ) {}

  get<T>(path: string): Promise<T> {
    return this.request("GET", path);
  }

  post<T>(path: string, body: object): Promise<T> {
    return this.request("POST", path, body);
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.request("PUT", path, body);
  }

  /** Undefined: there is no such thing. */
  async find<T>(path: string): Promise<T | undefined> {
    return this.get<T>(path).catch(whenMissing);
  }

  /** The member of a collection that has this name. */
  async findNamed<T>(collection: string, name: string): Promise<T | undefined> {
    const [found] = await this.get<T[]>(`${collection}?name=${encodeURIComponent(name)}`);
    return found;
  }

  /** Creates what is not there by name, and updates what is. */
  async ensureNamed<T extends { id: string }>(collection: string, name: string, body: object): Promise<T> {
    const found = await this.findNamed<T>(collection, name);
    if (found) return this.put(`${collection}/${found.id}`, { name, ...body });
    return this.post(collection, { name, ...body });
  }

  /** Content with what is gone already. */
  async remove(path: string): Promise<void> {
    await this.request("DELETE", path).catch(whenMissing);
  }

  private async request<T>(method: string, path: string, body?: object): Promise<T> {
    const asked = new URL(this.url.replace(/\/$/, "") + path);
    const response = await fetch(asked, {
      method,
      headers: { authorization: `Bearer ${this.key}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.any([this.signal, AbortSignal.timeout(answerTime)]),
    }).catch((error: Error) => {
      throw new Error(`${this.product} at ${asked.origin} does not answer (${reasonOf(error)})`);
    });
    const answer = (await response.json().catch(() => undefined)) as { error?: string } | undefined;
    if (response.ok) return answer as T;
    const place = `${method} ${asked.origin}${asked.pathname}`;
    throw new RestError(`${place}: HTTP ${response.status} ${answer?.error ?? ""}`.trimEnd(), response.status);
  }
}

function whenMissing(error: unknown): undefined {
  if (error instanceof RestError && error.status === 404) return undefined;
  throw error;
}

function reasonOf(error: Error): string {
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  if (code) return code;
  return error.name === "TimeoutError" ? `nothing within ${answerTime / 1000} s` : error.name;
}
