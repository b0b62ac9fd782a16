// Secrets as the plan names them, for tests.
import type { SecretId } from "../../provider/src/secrets/sources";

export function ofInstance(product: string, name: string, setting: string): SecretId {
  return { owner: { kind: "instance", product, name, address: name }, name: setting };
}

export function ofPlug(source: string, destination: string, topic: string, mode: string, key: string): SecretId {
  return {
    owner: { kind: "plug", name: `${source}-${topic}-${destination}`, source, destination, topic, mode },
    name: key,
  };
}
