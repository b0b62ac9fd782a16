// `node poller.ts FOLDER`: asks a TAXII collection for what was added, and hands indicators to a sink. Its place is saved
// after the sink has taken them: a restart loses nothing, and may hand over again what the sink has.
import { pathToFileURL } from "node:url";
import { report, ServiceFolder } from "../services/program.ts";
import { pause } from "../wait.ts";
import { TaxiiCollection } from "./client.ts";
import { type Indicator, readIndicator } from "./indicator.ts";

export interface PollerSettings<SinkSettings extends object = object> {
  url: string;
  user: string;
  password: string;
  /** Seconds between two questions. */
  interval: number;
  /** The module whose `openSink` makes the sink, and what it is given. */
  sink: string;
  sinkSettings: SinkSettings;
}

/** Where indicators go. Taking the same one twice is the same as taking it once. */
export interface Sink {
  take(indicators: readonly Indicator[]): Promise<void>;
}

interface Place {
  added_after?: string;
}

async function poll(
  folder: ServiceFolder<PollerSettings, Place>,
  collection: TaxiiCollection,
  sink: Sink,
): Promise<void> {
  for await (const { objects, next } of collection.added(folder.load()?.added_after)) {
    const indicators = objects.map(readIndicator).filter((found) => found !== undefined);
    if (indicators.length > 0) {
      await sink.take(indicators);
      report(`${indicators.length} of ${objects.length} objects handed over`);
    }
    folder.save({ added_after: next });
  }
}

async function main(): Promise<never> {
  const folder = new ServiceFolder<PollerSettings, Place>();
  const { url, user, password, interval, sink: module, sinkSettings } = folder.settings;
  const collection = new TaxiiCollection(url, user, password);
  const { openSink } = (await import(pathToFileURL(module).href)) as { openSink(settings: object): Sink };
  const sink = openSink(sinkSettings);
  for (;;) {
    try {
      await poll(folder, collection, sink);
      folder.ready();
    } catch (error) {
      report((error as Error).message);
    }
    await pause(interval * 1000);
  }
}

void main();
