// Whether a run that holds a stack's lock has ended, as far as it can be known from here.
import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { readHolders, stateOfHolder } from "../../provider/src/actions/engine/lock";

const holder = { user: "ana", host: hostname(), pid: process.pid, since: new Date().toISOString() };

test("a process of this machine is alive or has ended", () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  expect(stateOfHolder(holder)).toBe("alive");
  expect(stateOfHolder({ ...holder, pid })).toBe("ended");
});

(process.platform === "linux" ? test : test.skip)("a process that started after the lock is not its holder", () => {
  expect(stateOfHolder({ ...holder, since: "2001-01-01T00:00:00Z" })).toBe("ended");
});

test.each(["another-machine", "localhost"])("of %s nothing is known", (host) => {
  expect(stateOfHolder({ ...holder, host, since: "2001-01-01T00:00:00Z" })).toBe("unknown");
});

test("each holder is read once, whatever the backend", () => {
  const text =
    "error: the stack is currently locked by 1 lock(s).\n  s3://state/.pulumi/locks/organization/soc/lab/a.json?endpoint=http%3A%2F%2F127.0.0.1: created by ana@build (pid 12) at 2026-01-02T03:04:05Z";
  expect(readHolders(`${text}\n${text}`)).toEqual([
    { user: "ana", host: "build", pid: 12, since: "2026-01-02T03:04:05Z" },
  ]);
});
