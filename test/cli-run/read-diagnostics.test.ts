// Diagnostics that come back from the engine as text.
import { readDiagnostics } from "../../provider/src/actions/engine/read-diagnostics";
import { type Diagnostic, formatDiagnostic } from "../../provider/src/diagnostic";

const samples: Diagnostic[] = [
  {
    code: "HOOK_FAILED",
    severity: "error",
    summary: "setup hook: HTTP 500",
    at: { file: "products/a b/x.ts", line: 3, column: 7 },
  },
  {
    code: "SECRET_MISSING",
    severity: "warning",
    summary: "plug needs secret a.B",
    remedy: "`meshroom configure a -s B`",
  },
  {
    code: "YAML_SYNTAX",
    severity: "error",
    summary: "not valid YAML",
    at: { file: "instances/x.yaml", line: 1, column: 2 },
    frame: "  1 | a: [\n    |    ^",
    remedy: "close the list",
  },
];

test.each(samples)("a diagnostic is read back as it was: $code", (diagnostic) => {
  expect(readDiagnostics(formatDiagnostic(diagnostic), "error")).toEqual([diagnostic]);
});

test("several in one text are read back in order", () => {
  expect(readDiagnostics(samples.map(formatDiagnostic).join("\n"), "error")).toEqual(samples);
});

test("what the engine has wrapped is unwrapped", () => {
  const [first] = samples as [Diagnostic];
  expect(readDiagnostics(`1 error occurred:\n\t* ${formatDiagnostic(first)}\n\n`, "error")).toEqual([first]);
});

test("a summary of several lines keeps them, and its code", () => {
  const diagnostic: Diagnostic = {
    code: "HOOK_FAILED",
    severity: "error",
    summary: "the vendor says:\nnot today\nnor tomorrow",
  };
  expect(readDiagnostics(formatDiagnostic(diagnostic), "error")).toEqual([diagnostic]);
});

test("other words stay as they are, with the name of their resource", () => {
  expect(readDiagnostics("bucket exists:\n  nothing done", "error", "bucket")).toEqual([
    { code: "ENGINE_FAILED", severity: "error", summary: "bucket: bucket exists:\n  nothing done" },
  ]);
});
