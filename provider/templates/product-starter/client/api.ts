// The API of {{product}}, as far as its hooks use it. The paths that the hooks name, the headers and the shape of the
// answers are placeholders: replace them by those of the product's API documentation, here and in the hook files.
import type { HookInstance } from "pulumi-meshroom/hooks";

const answerTime = 10_000; // milliseconds

/** What a plug makes at the product, such as an intake, a forwarding or a key. Found again by its name. */
export interface Entry {
  id: string;
  name: string;
}

export class Api {
  static async of(instance: HookInstance, signal: AbortSignal): Promise<Api> {
    return new Api(instance, await instance.secret("API_KEY"), signal);
  }

  private constructor(
    private readonly instance: HookInstance,
    private readonly key: string,
    private readonly signal: AbortSignal,
  ) {}

  post<T>(path: string, body: object): Promise<T> {
    return this.request("POST", path, body);
  }

  /** By its id; undefined where there is no such entry. */
  async find<T extends Entry>(collection: string, id: string): Promise<T | undefined> {
    return this.request<T | undefined>("GET", `${collection}/${id}`);
  }

  /** Creates the entry that has this name, or updates it: setup hooks run again. */
  async ensure<T extends Entry>(collection: string, name: string, body: object): Promise<T> {
    const found = await this.findNamed<T>(collection, name);
    if (found) return this.request("PUT", `${collection}/${found.id}`, { name, ...body });
    return this.post(collection, { name, ...body });
  }

  /** By the id that setup has kept; by name where setup did not get that far. Content with what is gone already. */
  async remove(collection: string, id: string | undefined, name: string): Promise<void> {
    const known = id ?? (await this.findNamed(collection, name))?.id;
    if (known !== undefined) await this.request("DELETE", `${collection}/${known}`);
  }

  private async findNamed<T extends Entry>(collection: string, name: string): Promise<T | undefined> {
    const [found] = await this.request<T[]>("GET", `${collection}?name=${encodeURIComponent(name)}`);
    return found;
  }

  /** Undefined where the answer is empty, or 404 to a GET or a DELETE. */
  private async request<T>(method: string, path: string, body?: object): Promise<T> {
    const { url, organization } = this.instance.settings;
    const response = await fetch(url.replace(/\/$/, "") + path, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        "content-type": "application/json",
        ...(organization && { "x-organization": organization }),
      },
      body: body && JSON.stringify(body),
      signal: AbortSignal.any([this.signal, AbortSignal.timeout(answerTime)]),
    });
    const answer = await response.text();
    if (response.status === 404 && !body) return undefined as T;
    if (!response.ok) throw new Error(`${method} ${path}: HTTP ${response.status} ${answer.slice(0, 200)}`);
    return (answer === "" ? undefined : JSON.parse(answer)) as T;
  }
}
