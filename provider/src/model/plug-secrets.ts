// Secrets that stand in clear in a plug's manifest: found by the settings of the integrations at its ends.
import { visible } from "../base/visible";
import type { Manifest } from "./manifest";
import { checkSettings } from "./setting";
import { findTextFault } from "./setting-text";
import type { Plug, Product, Role, Setting } from "./types";

type PlugSettings = Pick<Plug, "src_config" | "dst_config" | "settings">;

/** The products at a plug's ends, where they are known. */
interface PlugEnds {
  src: string;
  dst: string | undefined;
  topic: string;
}

/** The settings without secrets in clear, each of which is reported. Which integration serves, and the types, are the resolver's to judge. */
export function checkPlugSecrets(
  manifest: Manifest,
  { src_config, dst_config, settings }: PlugSettings,
  { src, dst, topic }: PlugEnds,
  products: ReadonlyMap<string, Product>,
): PlugSettings {
  const source = integrationSettings(products.get(src), dst, topic, ["producer", "trigger"]);
  const destination = integrationSettings(dst === undefined ? undefined : products.get(dst), src, topic, [
    "consumer",
    "executor",
  ]);
  return {
    src_config: withoutSecrets(manifest, "src_config", src_config, source),
    dst_config: withoutSecrets(manifest, "dst_config", dst_config, destination),
    settings: withoutSecrets(manifest, "settings", settings, [...source, ...destination]),
  };
}

function integrationSettings(
  product: Product | undefined,
  target: string | undefined,
  topic: string,
  roles: readonly Role[],
): Setting[] {
  const fitting = (product?.integrations ?? []).filter((integration) => {
    return integration.target === target && integration.topic === topic && roles.includes(integration.role);
  });
  return fitting.flatMap(({ settings }) => settings);
}

function withoutSecrets(
  manifest: Manifest,
  key: string,
  values: Readonly<Record<string, unknown>>,
  settings: readonly Setting[],
): Readonly<Record<string, unknown>> {
  const checked = checkSettings(settings, values, {
    subject: "this plug",
    place: (path, part) => ({ at: manifest.at([key, ...path], part) }),
    secretRemedy: () => "remove the value, change the secret at the vendor, then `meshroom plug` again with `-s`",
  });
  const secrets = checked.problems.filter(({ code }) => code === "SECRET_IN_CLEAR");
  manifest.problems.push(...secrets);
  const found = findTextFault(values, [key]);
  if (found) {
    const { path, fault } = found;
    const remedy = "write it without";
    manifest.report("SETTING_TYPE", `\`${visible(path.map(String).join("."))}\` of this plug ${fault}`, path, {
      remedy,
      hideSource: true,
    });
  }
  return secrets.length > 0 ? checked.values : values;
}
