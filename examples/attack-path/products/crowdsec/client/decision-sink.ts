// Takes indicators as decisions. Loaded by the TAXII poller.
import type { Sink } from "../../../lib/taxii/poller.ts";
import { type Account, type Decision, LocalApi } from "./lapi.ts";

export interface DecisionSettings {
  account: Account;
  scenario: string;
  duration: string;
}

export function openSink({ account, scenario, duration }: DecisionSettings): Sink {
  const api = new LocalApi(account);
  return {
    async take(indicators) {
      const addresses = indicators.filter(({ kind }) => kind === "ipv4");
      const decisions = addresses.map(
        ({ value }): Decision => ({ scope: "Ip", type: "ban", value, duration, origin: "meshroom", scenario }),
      );
      if (decisions.length > 0) await api.decide(decisions, `${decisions.length} addresses from a threat feed`);
    },
  };
}
