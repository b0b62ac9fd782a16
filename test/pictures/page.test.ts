// The page of `meshroom graph --format html` in a real browser, and what Mermaid's own parser says of what is written for it.
import { accessSync, constants, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { type Browser, chromium, type Page } from "playwright-core";
import { visible } from "../../provider/src/base/visible";
import { loadProject } from "../../provider/src/model/load-project";
import { drawCapabilities } from "../../provider/src/pictures/draw-capabilities";
import { drawMesh } from "../../provider/src/pictures/draw-mesh";
import { renderMermaid } from "../../provider/src/pictures/mermaid";
import { groupsOf, type Picture, type PictureEdge, type PictureNode } from "../../provider/src/pictures/picture";
import { renderPicture } from "../../provider/src/pictures/render";
import { patience } from "../patience";
import { hostileTexts, picture } from "./arbitraries";

const executable = findBrowser();
const inBrowser = executable ? describe : describe.skip;

/** Chromium as Debian, Google or the user calls it; undefined where there is none. */
function findBrowser(): string | undefined {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = [
    process.env.CHROMIUM ?? [],
    folders.flatMap((folder) => names.map((name) => join(folder, name))),
  ].flat();
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const sample = loadProject(join(__dirname, "../../meshroom-project"));
const mesh = drawMesh(
  sample,
  sample.plugs.map((plug) => ({
    plug,
    name: `${plug.topic}: ${plug.src_instance} -> ${plug.dst_instance}`,
    kind: plug.topic === "block_ip" ? "action" : "data",
    constraints: plug.constraints,
    steps: ["Create an intake", "Add an output"],
  })),
  ({ settings }) => settings,
);

/** As many plugs as one mesh may have, between instances of ten groups. */
function largeMesh(instances: number, plugs: number): Picture {
  const nodes = Array.from({ length: instances }, (_, index): PictureNode => {
    const group = `group ${index % 10}`;
    return { id: `i${index}`, label: `instance-${index}`, kind: "instance", group, tags: [group], facts: [] };
  });
  const edges = Array.from({ length: plugs }, (_, index): PictureEdge => {
    const topic = ["events", "alerts", "threats"][index % 3] as string;
    const [from, to] = [`i${(index * 7) % instances}`, `i${(index * 13 + 1) % instances}`];
    return {
      id: `p${index}`,
      from,
      to,
      label: topic,
      topic,
      kind: "data",
      role: "producer",
      mode: "push",
      steps: [],
      facts: [],
    };
  });
  return { kind: "mesh", title: "Mesh", description: "large", groups: groupsOf(nodes), nodes, edges };
}

inBrowser("the page", () => {
  let browser: Browser;
  const folder = mkdtempSync(join(tmpdir(), "meshroom-page-"));

  beforeAll(async () => {
    const args = [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
    ];
    browser = await chromium.launch({
      executablePath: executable,
      args: [...args, "--disable-component-update", "--disable-sync"],
    });
  }, patience());
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a picture; whatever the page logs, asks for or pops up is kept. */
  async function open(drawn: Picture, options: { colorScheme?: "light" | "dark" } = {}) {
    const file = join(folder, "page.html");
    writeFileSync(file, await renderPicture(drawn, "html"));
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    page.setDefaultTimeout(patience());
    const noise: string[] = [];
    page.on("console", (message) => noise.push(message.text()));
    page.on("pageerror", (error) => noise.push(String(error)));
    page.on("dialog", (dialog) => noise.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => {
      if (request.url().split("#")[0] !== pathToFileURL(file).href) noise.push(`request: ${request.url()}`);
    });
    await page.goto(pathToFileURL(file).href);
    return { page, noise };
  }

  const details = (page: Page) => page.locator("#details").textContent();
  const rows = (page: Page) => page.locator("#rows tr").count();

  test("search and filters narrow the drawing and the list", async () => {
    const { page, noise } = await open(mesh);
    expect(await rows(page)).toBe(mesh.edges.length);
    await page.fill("#search", "perimeter");
    expect(await rows(page)).toBe(1);
    expect(await page.locator(".node:not(.faded)").count()).toBe(2);
    await page.click("#clear");
    await page.selectOption("#topic", "events");
    expect(await rows(page)).toBe(2);
    await page.selectOption("#topic", "");
    await page.selectOption("#role", "action");
    expect(await rows(page)).toBe(1);
    await page.selectOption("#role", "");
    await page.selectOption("#tag", "ids");
    expect(await rows(page)).toBe(2);
    expect(noise).toEqual([]);
    await page.close();
  });

  test("a click shows settings, steps and the place; back and forward lead through what was looked at", async () => {
    const { page, noise } = await open(mesh);
    await page.locator('.node[data-id="siem"]').click();
    expect(await details(page)).toContain("pocket_siem");
    await page.locator("#details .link", { hasText: "events: edge" }).click();
    expect(await details(page)).toMatch(
      /instances\/edge_sensor\/edge\/plugs\/siem\/events\.yaml:\d+[\s\S]*Create an intake/,
    );
    await page.goBack();
    expect(await details(page)).toContain("pocket_siem");
    await page.goForward();
    expect(await details(page)).toContain("Create an intake");
    await page.reload();
    expect(await details(page)).toContain("Create an intake");
    expect(noise).toEqual([]);
    await page.close();
  });

  test("everything is reached by keys", async () => {
    const { page, noise } = await open(mesh);
    await page.keyboard.press("/");
    await page.keyboard.type("edge");
    expect(await page.inputValue("#search")).toBe("edge");
    await page.keyboard.press("Escape");
    expect(await page.inputValue("#search")).toBe("");
    await page.locator('.node[tabindex="0"]').focus();
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("data-id") ?? "");
    const seen = new Set([await focused()]);
    for (const key of ["ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowDown", "ArrowDown", "ArrowUp"]) {
      await page.keyboard.press(key);
      seen.add(await focused());
    }
    expect(seen.size).toBeGreaterThanOrEqual(4);
    const last = await focused();
    await page.keyboard.press("Enter");
    expect(await details(page)).toContain(last);
    const scale = () => page.locator("#scene").getAttribute("transform");
    const before = await scale();
    await page.keyboard.press("+");
    expect(await scale()).not.toBe(before);
    await page.keyboard.press("0");
    expect(await scale()).toContain("scale(1)");
    await page.keyboard.press("Escape");
    expect(await details(page)).toContain("Choose something");
    expect(noise).toEqual([]);
    await page.close();
  });

  test.each(["light", "dark"] as const)("axe finds nothing serious on a %s page, nor in print", async (colorScheme) => {
    for (const drawn of [mesh, drawCapabilities(sample.products.values())]) {
      const { page, noise } = await open(drawn, { colorScheme });
      for (const media of ["screen", "print"] as const) {
        await page.emulateMedia({ media, colorScheme });
        await page.evaluate(axeSource());
        const found = (await page.evaluate("axe.run()")) as {
          violations: { id: string; impact: string; nodes: { html: string }[] }[];
        };
        const serious = found.violations.filter(({ impact }) => impact === "serious" || impact === "critical");
        expect(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html.slice(0, 200))])).toEqual([]);
      }
      expect(noise).toEqual([]);
      await page.close();
    }
  });

  test("2,000 plugs open, and choosing one instance shows its own lines", async () => {
    const { page, noise } = await open(largeMesh(400, 2000));
    expect(await rows(page)).toBe(2000);
    await page.locator('.node[data-id="i7"]').click();
    expect(await page.locator("#threads path").count()).toBeGreaterThan(0);
    expect(noise).toEqual([]);
    await page.close();
  });

  test("hostile names are text: nothing runs, nothing is asked for", async () => {
    await fc.assert(
      fc.asyncProperty(picture, async (drawn) => {
        const { page, noise } = await open(drawn);
        await page
          .locator("#rows .link")
          .first()
          .click({ trial: true, timeout: 1000 })
          .catch(() => undefined);
        for (const { id } of drawn.nodes.slice(0, 2)) {
          await page.evaluate((target) => {
            location.hash = `#${encodeURIComponent(`node ${target}`)}`;
          }, visible(id));
        }
        expect(await page.locator("script, img, iframe, foreignObject").count()).toBe(2);
        expect(noise).toEqual([]);
        await page.close();
      }),
      { numRuns: 8 },
    );
  });

  test("Mermaid's own parser takes what is written for it, and draws hostile labels as text", async () => {
    const page = await browser.newPage();
    const noise: string[] = [];
    page.on("dialog", (dialog) => noise.push(dialog.message()));
    await page.goto("about:blank");
    await page.addScriptTag({ path: require.resolve("mermaid/dist/mermaid.min.js") });
    const drawn = fc.sample(picture, { numRuns: 15, seed: 7 });
    const texts = [mesh, drawCapabilities(sample.products.values()), labelled(), ...drawn].map(renderMermaid);
    const errors = await page.evaluate(async (all) => {
      const { mermaid } = globalThis as unknown as { mermaid: { parse(text: string): Promise<unknown> } };
      const found: string[] = [];
      for (const text of all)
        await mermaid.parse(text).catch((error: Error) => found.push(`${error.message}\n${text}`));
      return found;
    }, texts);
    expect(errors).toEqual([]);
    const words = await page.evaluate(async (text) => {
      const { mermaid } = globalThis as unknown as {
        mermaid: { initialize(options: object): void; render(id: string, text: string): Promise<{ svg: string }> };
      };
      mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });
      const { svg } = await mermaid.render("drawn", text);
      const holder = document.createElement("div");
      holder.innerHTML = svg;
      document.body.append(holder);
      return { text: holder.textContent ?? "", active: holder.querySelectorAll("script, img, a, iframe").length };
    }, renderMermaid(labelled()));
    expect(words.active).toBe(0);
    expect(words.text).toContain("<img src=x onerror=");
    expect(noise).toEqual([]);
    await page.close();
  });

  function labelled(): Picture {
    const nodes = hostileTexts.map(
      (label, index): PictureNode => ({ id: `${index}`, label, kind: "instance", group: label, tags: [], facts: [] }),
    );
    const edges = hostileTexts.map((label, index): PictureEdge => {
      const to = String((index + 1) % nodes.length);
      return {
        id: `${index}`,
        from: `${index}`,
        to,
        label,
        topic: label,
        kind: "data",
        role: "producer",
        steps: [],
        facts: [],
        change: "added",
      };
    });
    return { kind: "mesh", title: "Mesh", description: "hostile", groups: groupsOf(nodes), nodes, edges };
  }
});

/** The page's policy forbids added scripts, so axe is evaluated by the browser's own tools. */
function axeSource(): string {
  return readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
}
