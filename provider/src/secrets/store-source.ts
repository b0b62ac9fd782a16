// The store as a source of secrets for the provider: decrypted once per process, then answering at once.
import { statSync } from "node:fs";
import { join } from "node:path";
import { meshroomCommand } from "../base/words";
import { type Diagnostic, MeshroomError } from "../diagnostic";
import type { SecretId, SecretSource } from "./sources";
import { SecretStore, STORE_FILE } from "./store";
import { type SecretValues, secretText } from "./values";

const opened = new Map<string, Promise<SecretSource>>();

/**
 * Never fails: a store that can't be opened answers nothing and says why in `problem`. Opened once for each state of the file, so that
 * a passphrase is asked for once.
 */
export function storeSource(root: string, environment: NodeJS.ProcessEnv): Promise<SecretSource> {
  const stats = statSync(join(root, STORE_FILE), { throwIfNoEntry: false });
  const state = `${root}\0${stats?.ino}\0${stats?.mtimeMs}\0${stats?.size}`;
  let source = opened.get(state);
  if (!source) {
    source = openSource(root, environment);
    opened.set(state, source);
  }
  return source;
}

async function openSource(root: string, environment: NodeJS.ProcessEnv): Promise<SecretSource> {
  try {
    return answering(await SecretStore.open(root, environment).read());
  } catch (error) {
    if (!(error instanceof MeshroomError)) throw error;
    return answering(undefined, error.diagnostics[0]);
  }
}

function answering(values: SecretValues | undefined, problem?: Diagnostic): SecretSource {
  return {
    title: STORE_FILE,
    problem,
    get: (id) => secretText(values?.get(id)),
    command: storeCommand,
  };
}

function storeCommand({ owner, name }: SecretId): string {
  if (owner.kind === "instance") return meshroomCommand("configure", [owner.address], ["-s", name]);
  const { topic, source, destination, mode } = owner;
  return meshroomCommand("plug", [topic, source, destination], ["-m", mode, "-s", name]);
}
