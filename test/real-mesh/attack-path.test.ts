// Nine real products, eight plugs, the real engine: set up, attacked, broken by hand, repaired, torn down.
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { mustSucceed } from "../engine/workspace";
import { waitFor } from "../patience";
import { Lab, obstacle } from "./lab";

const why = obstacle();
if (why) process.stderr.write(`test/real-mesh is skipped: ${why}\n`);
const suite = why ? describe.skip : describe;

const plugs = [
  "alerts: ids -> xdr",
  "alerts: waf -> siem",
  "alerts: xdr -> pager",
  "block_ip: pager -> jail",
  "block_ip_pull: xdr -> firewall",
  "events: siem -> ids",
  "threats_pull: tip -> av",
  "threats_pull: tip -> xdr",
];

/** Names of plugs on lines of Pulumi's display that end an operation, such as `created`. */
function plugsThat(verb: RegExp, text: string): string[] {
  const lines = text.matchAll(/meshroom:Plug ([\w]+: \w+ -> \w+) \**(\w+)/g);
  return [...new Set([...lines].filter(([, , what = ""]) => verb.test(what)).map(([, name = ""]) => name))].sort();
}

suite(why ? `real products (skipped: ${why})` : "real products", () => {
  let lab: Lab;
  let before: Record<string, string>;
  let programs: string[];

  beforeAll(async () => {
    lab = new Lab();
    mustSucceed(await lab.run("up", "-y"));
    before = lab.configuration();
    programs = await lab.programs();
  });

  afterAll(() => lab.remove());

  test("products run, and nothing connects them", async () => {
    expect(mustSucceed(await lab.run("attack", "--silence")).text).toContain("nobody else has heard of it");
  });

  test("one `up` sets the eight plugs up, and the next one finds nothing to do", async () => {
    expect(plugsThat(/^created$/, mustSucceed(await lab.pulumi("up")).text)).toEqual(plugs);
    expect(mustSucceed(await lab.pulumi("preview")).text).not.toMatch(/meshroom:Plug .*(create|update|replace)/);
  });

  test("no secret is among the arguments of what runs", async () => {
    const texts = (await lab.programs()).join("\n");
    expect(texts).toContain("forwarder.ts");
    const secrets = [
      /^password: *(\S+)/m.exec(readFileSync(lab.path("xdr/local_api_credentials.yaml"), "utf8"))?.[1],
      JSON.parse(readFileSync(lab.path("tip/config.json"), "utf8")).users.mesh,
      readFileSync(lab.path("pager/mesh_block_ip_pager_jail.token"), "utf8"),
      JSON.parse(readFileSync(lab.path("firewall/services/mesh_block_ip_pull_xdr_firewall/bouncer.yaml"), "utf8"))
        .api_key,
    ];
    for (const secret of secrets) {
      expect(secret).toMatch(/^\S{10,}$/);
      expect(texts.includes(secret)).toBe(false);
    }
  });

  test("every edge carries data", async () => {
    const { text } = mustSucceed(await lab.run("attack"));
    const hops = [...text.matchAll(/^ *(\d+) ms {2}(.*)$/gm)].map(([, , what]) => what);
    expect(hops.sort()).toEqual(
      [
        "Alertmanager has the alert",
        "IDS alerts",
        "SIEM has the alert",
        "TIP's address: the firewall has it",
        "TIP's hash: the antivirus finds the file",
        "WAF refuses the injection (403)",
        "XDR decides on a ban",
        "fail2ban bans it as well",
        "firewall has the address",
        "packets are dropped, others pass",
      ].sort(),
    );
  });

  test("products' own hooks exchange data by hand", async () => {
    const shell = (line: string) => lab.run("run", "sh", "-c", line);
    const results = [
      `echo "1' OR '1'='1' -- -" | meshroom produce alerts waf`,
      "echo 10.1.1.1 | meshroom produce threats tip xdr",
      "echo 10.1.1.2 | meshroom produce alerts xdr pager",
      "meshroom trigger block_ip xdr firewall -p ip=10.1.1.3",
      "meshroom trigger block_ip pager jail -p ip=10.1.1.4",
      "meshroom execute block_ip firewall -p ip=10.1.1.5",
    ].map(async (line) => mustSucceed(await shell(line)).text);
    expect((await Promise.all(results)).join("")).toContain('"refused":true');
    const wanted = ["127.77.7.7", "10.1.1.1", "10.1.1.2", "10.1.1.3", "10.1.1.4", "10.1.1.5"];
    let rules = "";
    const areAllIn = async () => {
      rules = mustSucceed(await lab.inside("nft", "list", "ruleset")).text;
      return wanted.every((address) => rules.includes(address));
    };
    await waitFor("all addresses in the firewalls", areAllIn, () => rules);
    mustSucceed(await shell("meshroom execute unblock_ip firewall -p ip=10.1.1.5"));
    expect((await lab.inside("nft", "list", "ruleset")).text).not.toContain("10.1.1.5");
  });

  test("what runs for a plug is started again when it crashes", async () => {
    const file = lab.path("waf/services/mesh_alerts_waf_siem/child.pid");
    const child = readFileSync(file, "utf8");
    process.kill(Number.parseInt(child, 10), "SIGKILL");
    await waitFor("the forwarder to start again", () => !["", child].includes(readIfThere(file)));
    mustSucceed(await lab.run("attack"));
  });

  test("an edit of what runs for a plug is an update of that plug, and runs from then on", async () => {
    const file = lab.path("waf/services/mesh_alerts_waf_siem/child.pid");
    const child = readFileSync(file, "utf8");
    appendFileSync(join(lab.folder, "lib/syslog/tail.ts"), "// edited\n");
    expect(plugsThat(/^updated$/, mustSucceed(await lab.pulumi("up")).text)).toEqual(["alerts: waf -> siem"]);
    expect(readFileSync(file, "utf8")).not.toBe(child);
  });

  test("`refresh` finds what was broken by hand, and `up` repairs just that", async () => {
    rmSync(lab.path("xdr/acquis.d/mesh_alerts_ids_xdr.yaml"));
    for (const name of ["supervisor", "child"]) {
      const file = lab.path(`waf/services/mesh_alerts_waf_siem/${name}.pid`);
      process.kill(Number.parseInt(readFileSync(file, "utf8"), 10), "SIGKILL");
    }
    const cscli = ["-c", lab.path("xdr/config.yaml"), "bouncers"];
    mustSucceed(await lab.inside("cscli", ...cscli, "delete", "mesh_block_ip_pull_xdr_firewall"));

    const broken = ["alerts: ids -> xdr", "alerts: waf -> siem", "block_ip_pull: xdr -> firewall"];
    const found = mustSucceed(await lab.pulumi("refresh")).text;
    expect(plugsThat(/^(deleted|updated)$/, found)).toEqual(broken);
    expect(found).toContain("xdr: no longer there (");
    expect(plugsThat(/^(created|updated|replaced)$/, mustSucceed(await lab.pulumi("up")).text)).toEqual(broken);
    mustSucceed(await lab.run("attack"));
    expect(plugsThat(/^(deleted|updated)$/, mustSucceed(await lab.pulumi("refresh")).text)).toEqual([]);
  });

  test("`destroy` leaves every product as it was found, byte for byte", async () => {
    mustSucceed(await lab.pulumi("destroy"));
    expect(lab.configuration()).toEqual(before);
    // A program that a product has let go may take its time to end.
    let left: string[] = [];
    const areAsBefore = async () => {
      left = await lab.programs();
      return isDeepStrictEqual(left, programs);
    };
    await waitFor("the programs to be those of before", areAsBefore, () => left.join("\n"));
    expect(mustSucceed(await lab.inside("nft", "list", "ruleset")).text).toBe("");
    expect(
      mustSucceed(
        await lab.inside("cscli", "-c", lab.path("xdr/config.yaml"), "bouncers", "list", "-o", "json"),
      ).text.trim(),
    ).toBe("[]");
  });

  test("a new attack reaches nobody", async () => {
    mustSucceed(await lab.run("attack", "--silence"));
  });

  test("`down` leaves no process and no namespace", async () => {
    mustSucceed(await lab.run("down"));
    expect(execFileSync("ip", ["netns", "list"], { encoding: "utf8" })).not.toContain(lab.namespace);
    expect(await lab.programs()).toEqual([]);
  });
});

function readIfThere(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
