// Hostile text in every sink of the real command and the real engine: no control character, no bidi override, no line that a CI system runs.

import { Room } from "../cli-run/room";
import { instance } from "../engine/meshes";
import { Workspace } from "../engine/workspace";

/** What moves a cursor, sets a title, turns the direction, and what GitHub and Azure take for commands. */
const HOSTILE =
  "\u001b[1A\u001b[2K\u001b]0;owned\u0007\u009b31m\u202egnp\u2066\n::error::owned\n##[error]owned ##vso[task.complete]";
const yaml = (text: string) => JSON.stringify(text);
const raw = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

function unsafe(text: string): string[] {
  // Our own colours come from nowhere: there is no terminal.
  return text.split("\n").filter((line) => raw.test(line) || /^\s*::|##(vso)?\[/.test(line));
}

const hooks = (body: string) => `import { execute, setup, teardown } from "pulumi-meshroom/hooks";
/** Put it. */
export const put = setup({ role: "consumer", topic: "events", ownsBoth: true }, async ({ log, plug }) => { ${body} });
/** Take it. */
export const take = teardown({ role: "consumer", topic: "events" }, async () => {});
/** Report. */
export const report = execute({ topic: "scan" }, async ({ log }) => { log.warn(${yaml(HOSTILE)}); return ${yaml(HOSTILE)}; });
`;

function mesh(body: string): Record<string, string> {
  return {
    "products/a/definition.yaml": `vendor: ${yaml(HOSTILE)}\ndescription: ${yaml(HOSTILE)}\ntags: [${yaml(HOSTILE)}]\nproduces:\n  events: [{ note: ${yaml(HOSTILE)} }]\n`,
    "products/b/definition.yaml": `consumes:\n  events: [{}]\nexecutes:\n  scan: [{}]\n`,
    "products/b/intake.ts": hooks(body),
    "instances/a/a/config.yaml": "",
    "instances/b/b/config.yaml": "",
    "instances/a/a/plugs/b/events.yaml": "",
  };
}

describe("the command", () => {
  let room: Room;
  beforeAll(() => {
    room = new Room(mesh(`console.log(${yaml(HOSTILE)}); throw new Error(${yaml(HOSTILE)});`));
  });
  afterAll(() => room.remove());

  test.each([
    [["list", "products", "-w"]],
    [["list", "products", "--json"]],
    [["list", "instances"]],
    [["list", "integrations"]],
    [["list", "plugs"]],
    [["validate"]],
    [["complete", "--", "add", ""]],
    [["execute", "scan", "b"]],
    [["execute", "scan", "b", "--json"]],
    [["up", "--preview"]],
    [["up", "-y"]],
    [["list", `${HOSTILE}`]],
    [["plug", "events", HOSTILE, "b"]],
  ])("%j", async (args) => {
    const { stdout, stderr } = await room.meshroom(args);
    expect(unsafe(stdout + stderr)).toEqual([]);
    expect(stdout + stderr).not.toBe("");
  });

  test("the hook's error of several lines is told in lines of its own", async () => {
    const { stderr } = await room.meshroom(["up", "-y"]);
    expect(stderr).toContain("\\u001b[1A\\u001b[2K\\u001b]0;owned\\u0007\\u009b31m\\u202egnp\\u2066 [HOOK_FAILED]");
    expect(stderr).toContain("\n  | \\u003a:error::owned\n  | \\u0023#[error]owned \\u0023#vso[task.complete]\n");
  });
});

describe("what a reviewer reads is refused by validate", () => {
  test.each([
    [
      "a setting",
      { "instances/b/b/config.yaml": 'settings: { url: "http://x\\e[2K" }\n' },
      "the setting `url` of instance b/b holds the control character \\u001b",
      "SETTING_TYPE",
    ],
    [
      "a name in a setting",
      { "instances/b/b/config.yaml": 'settings: { auth: { "a\\u202e": 1 } }\n' },
      "\\u202e",
      "SETTING_TYPE",
    ],
    [
      "half a character in a setting",
      { "instances/b/b/config.yaml": 'settings: { url: "ab\\ud83d" }\n' },
      "the setting `url` of instance b/b is no valid Unicode (\\ud83d at character 3)",
      "SETTING_TYPE",
    ],
    [
      "Pulumi's unknown value",
      { "instances/b/b/config.yaml": "settings: { url: 04da6b54-80e4-46f7-96ec-b56ff0331ba9 }\n" },
      'which means "not known yet" to Pulumi',
      "SETTING_TYPE",
    ],
    [
      "a setting of a plug",
      { "instances/a/a/plugs/b/events.yaml": 'settings: { note: "x\\e[2K" }\n' },
      "`settings.note` of this plug holds the control character \\u001b",
      "SETTING_TYPE",
    ],
    [
      "a title",
      {
        "products/b/intake.ts": hooks("").replace(
          "/** Put it. */\nexport const put = setup({",
          'export const put = setup({ title: "Put\\u001b[1A it",',
        ),
      },
      "the title of the setup hook put holds the control character \\u001b",
      "HOOK_LOAD",
    ],
    [
      "a title of several lines",
      {
        "products/b/intake.ts": hooks("").replace(
          "/** Put it. */\nexport const put = setup({",
          'export const put = setup({ title: "Put\\n::error::it",',
        ),
      },
      "the title of the setup hook put has several lines",
      "HOOK_LOAD",
    ],
  ])("%s", async (_, change, told, code) => {
    const room = new Room({
      ...mesh(""),
      "products/b/definition.yaml":
        "settings: [{ name: url }, { name: auth, type: object }]\nconsumes:\n  events: [{}]\n",
      ...change,
    });
    try {
      const { code: exit, stdout, stderr } = await room.meshroom(["validate"]);
      expect(unsafe(stdout + stderr)).toEqual([]);
      expect(stdout + stderr).toContain(told);
      expect(stdout + stderr).toContain(`[${code}]`);
      expect(exit).toBe(1);
    } finally {
      room.remove();
    }
  });

  test("lines and tabs in a setting are none of that", async () => {
    const room = new Room({
      ...mesh(""),
      "products/a/definition.yaml": "produces:\n  events: [{}]\n",
      "products/b/definition.yaml": "settings: [{ name: url }]\nconsumes:\n  events: [{}]\n",
      "instances/b/b/config.yaml": 'settings: { url: "-----BEGIN\\r\\n\\tabc\\n-----END ü 😀" }\n',
    });
    try {
      expect((await room.meshroom(["validate"])).stdout).not.toContain("SETTING_TYPE");
    } finally {
      room.remove();
    }
  });
});

test("pulumi: a preview, an up and a destroy", async () => {
  const files = Object.entries(
    mesh(`console.log(${yaml(HOSTILE)}); log.warn(${yaml(HOSTILE)}); plug.settings.ok = 1;`),
  );
  const workspace = new Workspace({
    ...Object.fromEntries(files.map(([path, text]) => [`mesh/${path}`, text])),
    ...instance("b", "b", {}),
  });
  try {
    await workspace.init();
    for (const ran of [await workspace.preview(), await workspace.up("--diff"), await workspace.destroy()]) {
      expect(ran.code).toBe(0);
      expect(unsafe(ran.text)).toEqual([]);
    }
  } finally {
    workspace.remove();
  }
});
