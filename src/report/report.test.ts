import assert from "node:assert/strict";
import { globSync } from "node:fs";
import test from "node:test";
import { stripVTControlCharacters } from "node:util";
import type { Finding } from "../core/finding.ts";
import { reportById, reports } from "./index.ts";
import type { ReportContext } from "./types.ts";
import { formatBytes, pad, visible, width } from "./visible.ts";

const context: ReportContext = { version: "1.2.3", files: 12, bytes: 34567, unreadable: [] };
const finding = (over: Partial<Finding> = {}, place: Partial<Finding["place"]> = {}): Finding => ({
  rule: "huggingface-token",
  title: "Hugging Face access token",
  severity: "critical",
  provider: "huggingface",
  kind: "model-registry",
  opens: "tampered models",
  place: { path: "train.py", line: 3, column: 7, endLine: 3, endColumn: 44, offset: 40, ...place },
  preview: "hf_ab… (37 characters)",
  sha256: "0".repeat(64),
  fingerprint: "1".repeat(64),
  ...over,
});
const render = (id: string, findings: readonly Finding[], over: Partial<ReportContext> = {}): string => {
  const report = reportById(id);
  assert.ok(report !== undefined);
  return report.render(findings, { ...context, ...over });
};

test("every report file is registered, ids are unique", () => {
  const helpers = new Set(["types", "visible", "index"]);
  const files = globSync("*.ts", { cwd: import.meta.dirname })
    .filter((file) => !file.endsWith(".test.ts"))
    .map((file) => file.slice(0, -3))
    .filter((name) => !helpers.has(name));
  assert.deepEqual(reports.map(({ id }) => id).sort(), files.sort());
  assert.equal(reportById("none"), undefined);
});

test("text groups by file, aligns, says what a key opens and whose it is", () => {
  const stored = {
    project: "fraud",
    environment: "dev",
    secret: "hub",
    field: "token",
    path: "secret/data/fraud/dev/hub",
    version: 2,
    owner: "ml@example.com",
    purpose: "pushes the model",
  };
  const out = render("text", [
    finding({ stored }, { within: "cell 3, output 1" }),
    finding({ severity: "low", title: "x" }, { line: 120 }),
    finding({}, { path: "a b.py" }),
  ]);
  assert.equal(
    out,
    `train.py
  3:7    critical  Hugging Face access token  hf_ab… (37 characters)  cell 3, output 1
         opens: tampered models
         this is fraud/dev hub.token (version 2), owner ml@example.com: pushes the model
  120:7  low       x                          hf_ab… (37 characters)
         opens: tampered models

a b.py
  3:7  critical  Hugging Face access token  hf_ab… (37 characters)
       opens: tampered models

3 findings in 2 files (12 files, 34.6 kB read)
`,
  );
});

test("text without findings, and incomplete", () => {
  assert.equal(render("text", []), "no findings (12 files, 34.6 kB read)\n");
  const out = render("text", [], { unreadable: [{ path: "locked", reason: "EACCES: permission denied" }] });
  assert.match(out, /incomplete: 1 place was not read\n {2}locked: EACCES: permission denied\n$/);
});

test("colours come only when asked for", () => {
  const plain = render("text", [finding()]);
  const colored = render("text", [finding()], { color: true });
  assert.equal(plain, stripVTControlCharacters(plain));
  assert.notEqual(colored, plain);
  assert.equal(stripVTControlCharacters(colored), plain);
});

const HOSTILE = "a\u001b]0;owned\u0007\u001b[2J\r\nb\u009b31m\u202edrowssap\u200b" + "\ud800" + "\u{e0041}";

test("nothing from outside acts on a terminal", () => {
  const nasty = finding(
    { title: HOSTILE, preview: HOSTILE, opens: HOSTILE },
    { path: HOSTILE, within: HOSTILE },
  );
  for (const { id } of reports) {
    const out = render(id, [nasty], { unreadable: [{ path: HOSTILE, reason: HOSTILE }] });
    assert.match(out, /owned/, "the text itself is there");
    assert.doesNotMatch(
      out,
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u{e0041}]|\p{Surrogate}/u,
      id,
    );
  }
  assert.equal(visible("plain ü 漢 text"), "plain ü 漢 text");
});

test("json is stable and complete", () => {
  const document: unknown = JSON.parse(
    render("json", [finding({}, { entry: "a.zip!n.ipynb", within: "cell 1, source" })]),
  );
  assert.deepEqual(document, {
    schema: "bulkhead.findings.v1",
    version: "1.2.3",
    complete: true,
    files: 12,
    bytes: 34567,
    unreadable: [],
    findings: [
      {
        rule: "huggingface-token",
        title: "Hugging Face access token",
        severity: "critical",
        provider: "huggingface",
        kind: "model-registry",
        opens: "tampered models",
        path: "train.py",
        line: 3,
        column: 7,
        endLine: 3,
        endColumn: 44,
        offset: 40,
        entry: "a.zip!n.ipynb",
        within: "cell 1, source",
        preview: "hf_ab… (37 characters)",
        sha256: "0".repeat(64),
        fingerprint: "1".repeat(64),
        stored: null,
      },
    ],
  });
});

test("sarif has rules, regions, fingerprints and relative references", () => {
  interface Sarif {
    version: string;
    runs: {
      tool: { driver: { name: string; rules: { id: string }[] } };
      invocations: { executionSuccessful: boolean; toolExecutionNotifications: unknown[] }[];
      results: {
        ruleId: string;
        ruleIndex: number;
        level: string;
        partialFingerprints: Record<string, string>;
        locations: {
          physicalLocation: { artifactLocation: { uri: string }; region: Record<string, number> };
        }[];
      }[];
    }[];
  }
  const log = JSON.parse(
    render(
      "sarif",
      [finding(), finding({ rule: "jwt", severity: "low" }, { path: "dir/a b:c#%.py" }), finding()],
      { unreadable: [{ path: "x", reason: "y" }] },
    ),
  ) as Sarif;
  const run = log.runs[0];
  assert.ok(run !== undefined);
  assert.equal(log.version, "2.1.0");
  assert.deepEqual(
    run.tool.driver.rules.map(({ id }) => id),
    ["huggingface-token", "jwt"],
  );
  for (const result of run.results) assert.equal(run.tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
  assert.deepEqual(
    run.results.map(({ level }) => level),
    ["error", "note", "error"],
  );
  assert.deepEqual(run.results[0]?.partialFingerprints, { "bulkhead/v1": "1".repeat(64) });
  assert.equal(run.results[1]?.locations[0]?.physicalLocation.artifactLocation.uri, "dir/a%20b%3Ac%23%25.py");
  assert.deepEqual(run.results[0]?.locations[0]?.physicalLocation.region, {
    startLine: 3,
    startColumn: 7,
    endLine: 3,
    endColumn: 44,
    byteOffset: 40,
  });
  assert.equal(run.invocations[0]?.executionSuccessful, false);
  assert.equal(run.invocations[0]?.toolExecutionNotifications.length, 1);
});

test("sizes and widths", () => {
  assert.deepEqual([0, 1, 999, 1000, 2_500_000, 3e9].map(formatBytes), [
    "0 bytes",
    "1 byte",
    "999 bytes",
    "1.0 kB",
    "2.5 MB",
    "3.0 GB",
  ]);
  assert.equal(width("漢字a"), 5);
  assert.equal(pad("漢", 4), "漢  ");
});
