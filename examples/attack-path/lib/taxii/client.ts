// A collection of a TAXII 2.1 server: what it offers, what was added since, and adding to it.
import { request } from "../http.ts";

const taxii = "application/taxii+json;version=2.1";

/** The fields of a STIX object that we read; others are there. */
export interface StixObject {
  type: string;
  id: string;
  pattern?: string;
  valid_until?: string;
  revoked?: boolean;
  [key: string]: unknown;
}

export interface Page {
  objects: StixObject[];
  /** Where the next question begins; undefined where nothing was added. */
  next: string | undefined;
}

export class TaxiiCollection {
  private readonly url: string;
  private readonly headers: Record<string, string>;
  private readonly signal: AbortSignal | undefined;

  /** `url`: of the collection, such as http://host/root/collections/ID/ */
  constructor(url: string, user: string, password: string, signal?: AbortSignal) {
    this.url = url.endsWith("/") ? url : `${url}/`;
    const credentials = Buffer.from(`${user}:${password}`).toString("base64");
    this.headers = { accept: taxii, authorization: `Basic ${credentials}` };
    this.signal = signal;
  }

  async describe(): Promise<{ title: string; can_read: boolean; can_write: boolean }> {
    return (await request(this.url, { headers: this.headers, signal: this.signal })).json();
  }

  /** What was added after `next` of the page before; pages until there are no more. */
  async *added(after: string | undefined): AsyncGenerator<Page> {
    let cursor = after;
    for (let more = true; more; ) {
      const url = new URL(`${this.url}objects/`);
      if (cursor) url.searchParams.set("added_after", cursor);
      const response = await request(url, { headers: this.headers, signal: this.signal });
      const envelope = (await response.json()) as { objects?: StixObject[]; more?: boolean };
      const next = response.headers.get("x-taxii-date-added-last") ?? undefined;
      if (envelope.objects?.length) yield { objects: envelope.objects, next };
      // A server that names no date cannot be asked for what follows.
      more = Boolean(envelope.more && next && next !== cursor);
      cursor = next ?? cursor;
    }
  }

  async add(objects: readonly StixObject[]): Promise<void> {
    const body = { objects };
    await request(`${this.url}objects/`, {
      method: "POST",
      headers: this.headers,
      body,
      type: taxii,
      signal: this.signal,
    });
  }
}
