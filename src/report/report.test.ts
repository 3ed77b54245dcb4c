import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import test from "node:test";
import { stripVTControlCharacters } from "node:util";
import Ajv from "ajv";
import type { CommitRef, FoundSecret, Place } from "../core/finding.ts";
import { SCRIPT } from "./parts/page.ts";
import { reportById, reports } from "./index.ts";
import type { ReportContext } from "./types.ts";
import { formatBytes, pad, visible, width } from "./visible.ts";

const context: ReportContext = {
  version: "1.2.3",
  files: 12,
  bytes: 34567,
  unreadable: [],
  allowed: [],
  started: Date.UTC(2026, 10, 21, 9),
  ended: Date.UTC(2026, 10, 21, 9, 0, 2),
};
const at = (over: Partial<Place> = {}): Place => ({
  path: "train.py",
  line: 3,
  column: 7,
  endLine: 3,
  endColumn: 44,
  offset: 40,
  ...over,
});
const found = (over: Partial<FoundSecret> = {}, ...places: Partial<Place>[]): FoundSecret => ({
  rule: "huggingface-token",
  title: "Hugging Face access token",
  severity: "critical",
  provider: "huggingface",
  kind: "model-registry",
  opens: "tampered models",
  places: (places.length === 0 ? [{}] : places).map(at),
  morePlaces: 0,
  preview: "hf_ab… (37 characters)",
  ...over,
});
const commit: CommitRef = {
  id: "1f".repeat(20),
  author: "Ada",
  email: "ada@example.com",
  date: "2025-03-01T10:00:00+01:00",
};
const stored = {
  project: "fraud",
  environment: "dev",
  secret: "hub",
  field: "token",
  path: "secret/fraud/dev/hub",
  version: 2,
  current: true,
  production: false,
  stages: ["train", "evaluate"],
  owner: "ml@example.com",
  purpose: "pushes the model",
};
const render = (id: string, secrets: readonly FoundSecret[], over: Partial<ReportContext> = {}): string => {
  const report = reportById(id);
  assert.ok(report !== undefined);
  return report.render(secrets, { ...context, ...over });
};
const python = (script: string, input: string): unknown =>
  JSON.parse(execFileSync("python3", ["-c", script], { input, encoding: "utf8" }));

test("every report file is registered, ids are unique", () => {
  const helpers = new Set(["types", "visible", "index"]);
  const files = globSync("*.ts", { cwd: import.meta.dirname })
    .filter((file) => !file.endsWith(".test.ts"))
    .map((file) => file.slice(0, -3))
    .filter((name) => !helpers.has(name));
  assert.deepEqual(reports.map(({ id }) => id).sort(), files.sort());
  assert.equal(reportById("none"), undefined);
});

test("text groups by secret and says what a key opens, whose it is, where it stands and what to do", () => {
  const out = render(
    "text",
    [
      found(
        { stored, first: commit, last: commit },
        { within: "cell 3, output 1" },
        { path: "a b.py", line: 120, commit },
      ),
      found(
        { severity: "low", title: "x", provider: "none", incomplete: "a secret access key" },
        { note: "no reason" },
      ),
    ],
    {
      allowed: [found({ allowed: { reason: "sample", source: ".bulkhead/allow.yaml" } }, {}, {})],
      known: { count: 2, path: "base.jsonl" },
    },
  );
  assert.equal(
    out,
    `critical  Hugging Face access token  hf_ab… (37 characters)
          opens: tampered models
          this is fraud/dev hub.token (version 2, in use), owner ml@example.com: pushes the model; used by train, evaluate
          train.py:3:7  cell 3, output 1
          a b.py:120:7  commit 1f1f1f1f1f by Ada <ada@example.com>, 2025-03-01
          in the history since commit 1f1f1f1f1f by Ada <ada@example.com>, 2025-03-01
          next: replace it at https://huggingface.co/settings/tokens, then store the new one with \`bulkhead secret put secret/fraud/dev/hub\`

low       x  hf_ab… (37 characters)
          incomplete: a secret access key is not here
          opens: tampered models
          train.py:3:7  no reason
          next: replace it: removing it from the file does not make it secret again

2 secrets in 3 places of 2 files (12 files, 34.6 kB read)
2 findings allowed by .bulkhead/allow.yaml
2 secrets known from the baseline base.jsonl
`,
  );
});

test("text without findings, incomplete, with many places, with values for who asked", () => {
  assert.equal(render("text", []), "no findings (12 files, 34.6 kB read)\n");
  const out = render("text", [], { unreadable: [{ path: "locked", reason: "EACCES: permission denied" }] });
  assert.match(out, /incomplete: 1 place was not read\n {2}locked: EACCES: permission denied\n$/);
  const many = found({ morePlaces: 5 }, ...Array.from({ length: 30 }, (_, line) => ({ line })));
  assert.match(render("text", [many]), /\n {10}and 15 more places\n/);
  for (const { id } of reports)
    assert.equal(
      render(id, [found()], { reveal: () => "the-value\u001b[2J" }).includes("the-value\\x1b[2J"),
      id === "text",
      id,
    );
});

test("colours come only when asked for", () => {
  const plain = render("text", [found()]);
  const colored = render("text", [found()], { color: true });
  assert.equal(plain, stripVTControlCharacters(plain));
  assert.notEqual(colored, plain);
  assert.equal(stripVTControlCharacters(colored), plain);
});

const HOSTILE =
  "a\u001b]0;owned\u0007\u001b[2J\r\nb\u009b31m\u202edrowssap\u200b" +
  "\ud800" +
  "\u{e0041}\u0000\ufffe]]><script>alert(1)</script>`x`|y|[l](javascript:1)@team https://evil.example";
const hostile = (): FoundSecret =>
  found(
    {
      title: HOSTILE,
      preview: HOSTILE,
      opens: HOSTILE,
      says: HOSTILE,
      incomplete: HOSTILE,
      stored: { ...stored, owner: HOSTILE, purpose: HOSTILE, path: HOSTILE, stages: [HOSTILE] },
      first: { ...commit, author: HOSTILE },
      last: { ...commit, id: "2f".repeat(20), email: HOSTILE },
    },
    { path: HOSTILE, within: HOSTILE, note: HOSTILE, entry: HOSTILE, commit: { ...commit, author: HOSTILE } },
    { path: `b${HOSTILE}` },
  );
const hostileContext: Partial<ReportContext> = {
  unreadable: [{ path: HOSTILE, reason: HOSTILE }],
  allowed: [{ ...hostile(), allowed: { reason: HOSTILE, source: HOSTILE } }],
  known: { count: 1, path: HOSTILE },
};

test("nothing from outside acts on a terminal", () => {
  for (const { id } of reports) {
    const out = render(id, [hostile()], hostileContext);
    assert.match(out, /owned/, "the text itself is there");
    const lines = id === "csv" ? out.replaceAll("\r\n", "\n") : out;
    assert.doesNotMatch(
      lines,
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u{e0041}]|\p{Surrogate}/u,
      id,
    );
  }
  assert.equal(visible("plain ü 漢 text"), "plain ü 漢 text");
});

test("json is stable and complete", () => {
  const document: unknown = JSON.parse(render("json", [found({}, { within: "cell 1, source" })]));
  assert.deepEqual(document, {
    schema: "bulkhead.findings.v2",
    version: "1.2.3",
    complete: true,
    files: 12,
    bytes: 34567,
    unreadable: [],
    baseline: null,
    secrets: [
      {
        rule: "huggingface-token",
        title: "Hugging Face access token",
        severity: "critical",
        provider: "huggingface",
        kind: "model-registry",
        opens: "tampered models",
        incomplete: null,
        says: null,
        preview: "hf_ab… (37 characters)",
        fingerprint: null,
        stored: null,
        allowed: null,
        first: null,
        last: null,
        places: [
          {
            path: "train.py",
            entry: null,
            line: 3,
            column: 7,
            endLine: 3,
            endColumn: 44,
            offset: 40,
            within: "cell 1, source",
            decoded: [],
            commit: null,
            last: null,
            current: null,
            versions: null,
            note: null,
          },
        ],
        morePlaces: 0,
      },
    ],
    allowed: [],
  });
});

test("jsonl has a line for each place and an end; streamed it is the same", () => {
  const secret = found({}, {}, { path: "b.py", commit });
  const out = render("jsonl", [secret], hostileContext);
  const rows = out
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  assert.deepEqual(
    rows.map((row) => row.path ?? "end"),
    ["train.py", "b.py", "end"],
  );
  assert.equal((rows[2]?.end as { complete: boolean }).complete, false);
  const { stream } = reportById("jsonl") ?? {};
  assert.ok(stream !== undefined);
  const { places, morePlaces: _, ...facts } = secret;
  const streamed = places.map((place) => stream.line({ ...facts, place })).join("");
  assert.equal(streamed + stream.end({ ...context, ...hostileContext }), out);
});

interface Sarif {
  version: string;
  runs: {
    tool: { driver: { name: string; rules: { id: string; helpUri?: string }[] } };
    invocations: { executionSuccessful: boolean; toolExecutionNotifications: unknown[] }[];
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      partialFingerprints: Record<string, string>;
      locations: {
        physicalLocation: { artifactLocation: { uri: string }; region?: Record<string, number> };
        logicalLocations?: { fullyQualifiedName: string }[];
      }[];
      relatedLocations: unknown[];
      suppressions?: { kind: string; justification: string }[];
    }[];
  }[];
}

const SCHEMA = JSON.parse(
  readFileSync(
    createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"),
    "utf8",
  ),
) as object;

test("sarif is valid by its schema, whatever the findings hold", () => {
  const ajv = new Ajv({ schemaId: "auto", unknownFormats: "ignore", allErrors: true });
  ajv.addMetaSchema(createRequire(import.meta.url)("ajv/lib/refs/json-schema-draft-04.json") as object);
  const valid = ajv.compile(SCHEMA);
  const documents = [
    render("sarif", []),
    render("sarif", [found({ fingerprint: `hmac:${"0".repeat(32)}` }, {}, { path: "b" })]),
    render("sarif", [hostile(), hostile()], hostileContext),
  ];
  for (const document of documents) {
    valid(JSON.parse(document));
    assert.deepEqual(valid.errors ?? [], []);
  }
  assert.equal(
    valid({ ...(JSON.parse(documents[0] ?? "") as object), version: "3" }),
    false,
    "the schema judges",
  );
});

test("sarif has rules, regions, further places, cells, suppressions and place fingerprints", () => {
  const log = JSON.parse(
    render(
      "sarif",
      [
        found({}, {}, { path: "b.py" }),
        found(
          { rule: "jwt", severity: "low", provider: "none" },
          { path: "dir/a b:c#%.py", within: "cell 2, source" },
        ),
        found({ fingerprint: `hmac:${"0".repeat(32)}` }, { path: "x.zip", entry: "in/y.py" }),
      ],
      {
        unreadable: [{ path: "x", reason: "y" }],
        allowed: [
          found({ allowed: { reason: "sample", source: "bulkhead:allow comments" } }, { path: "c.py" }),
          found({ allowed: { reason: "old", source: ".gitleaksignore" } }, { path: "d.py" }),
        ],
      },
    ),
  ) as Sarif;
  const run = log.runs[0];
  assert.ok(run !== undefined);
  assert.deepEqual(
    run.tool.driver.rules.map(({ id, helpUri }) => [id, helpUri !== undefined]),
    [
      ["huggingface-token", true],
      ["jwt", false],
    ],
  );
  for (const result of run.results) assert.equal(run.tool.driver.rules[result.ruleIndex]?.id, result.ruleId);
  assert.deepEqual(
    run.results.map(({ level }) => level),
    ["error", "note", "error", "error", "error"],
  );
  const [first, cell, inside, comment, list] = run.results;
  assert.equal(first?.relatedLocations.length, 1);
  assert.deepEqual(Object.keys(first.partialFingerprints), ["bulkheadPlace/v1"]);
  assert.deepEqual(Object.keys(inside?.partialFingerprints ?? {}), ["bulkheadPlace/v1", "bulkheadValue/v1"]);
  assert.equal(cell?.locations[0]?.physicalLocation.artifactLocation.uri, "dir/a%20b%3Ac%23%25.py");
  assert.equal(cell.locations[0]?.logicalLocations?.[0]?.fullyQualifiedName, "cell 2, source");
  assert.equal(
    inside?.locations[0]?.physicalLocation.region,
    undefined,
    "lines in an archive are not the file's",
  );
  assert.deepEqual(first.locations[0]?.physicalLocation.region, {
    startLine: 3,
    startColumn: 7,
    endLine: 3,
    endColumn: 44,
    byteOffset: 40,
  });
  assert.deepEqual(
    [comment, list].map((result) => result?.suppressions?.[0]?.kind),
    ["inSource", "external"],
  );
  assert.equal(first.suppressions, undefined);
  assert.equal(run.invocations[0]?.executionSuccessful, false);
  assert.equal(run.invocations[0]?.toolExecutionNotifications.length, 3);
});

test("a place fingerprint survives moved lines and tells equal findings of one file apart", () => {
  const prints = (...secrets: FoundSecret[]): (string | undefined)[] =>
    (JSON.parse(render("sarif", secrets)) as Sarif).runs[0]?.results.map(
      ({ partialFingerprints }) => partialFingerprints["bulkheadPlace/v1"],
    ) ?? [];
  const [one, two] = prints(found(), found({}, { line: 9 }));
  assert.notEqual(one, two);
  assert.deepEqual(prints(found({}, { line: 50, offset: 900 })), [one]);
  assert.notDeepEqual(prints(found({}, { path: "other.py" })), [one]);
});

/** The rules of GitLab's schema 15.0.2 for secret detection, for what we write. */
function gitlabProblems(document: unknown): string[] {
  const schema = {
    type: "object",
    required: ["scan", "version", "vulnerabilities"],
    properties: {
      version: { type: "string", pattern: "^[0-9]+\\.[0-9]+\\.[0-9]+$" },
      scan: {
        type: "object",
        required: ["analyzer", "end_time", "scanner", "start_time", "status", "type"],
        properties: {
          start_time: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$" },
          end_time: { type: "string", pattern: "^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}$" },
          status: { enum: ["success", "failure"] },
          type: { enum: ["secret_detection"] },
          analyzer: { $ref: "#/definitions/tool" },
          scanner: { $ref: "#/definitions/tool" },
          messages: {
            type: "array",
            items: {
              type: "object",
              required: ["level", "value"],
              properties: {
                level: { enum: ["info", "warn", "fatal"] },
                value: { type: "string", minLength: 1 },
              },
            },
          },
        },
      },
      vulnerabilities: {
        type: "array",
        items: {
          type: "object",
          required: ["id", "identifiers", "location"],
          properties: {
            id: { type: "string", minLength: 1 },
            name: { type: "string", maxLength: 255 },
            description: { type: "string", maxLength: 1048576 },
            solution: { type: "string", maxLength: 7000 },
            severity: { enum: ["Info", "Unknown", "Low", "Medium", "High", "Critical"] },
            identifiers: {
              type: "array",
              minItems: 1,
              items: {
                type: "object",
                required: ["type", "name", "value"],
                properties: {
                  type: { type: "string", minLength: 1 },
                  name: { type: "string", minLength: 1 },
                  value: { type: "string", minLength: 1 },
                },
              },
            },
            links: {
              type: "array",
              items: { required: ["url"], properties: { url: { pattern: "^https?://.+" } } },
            },
            location: {
              type: "object",
              required: ["commit"],
              properties: {
                file: { type: "string" },
                commit: {
                  type: "object",
                  required: ["sha"],
                  properties: { sha: { type: "string", minLength: 1 } },
                },
                start_line: { type: "number" },
                end_line: { type: "number" },
              },
            },
          },
        },
      },
    },
    definitions: {
      tool: {
        type: "object",
        required: ["id", "name", "version", "vendor"],
        properties: {
          version: { type: "string", minLength: 1 },
          vendor: {
            type: "object",
            required: ["name"],
            properties: { name: { type: "string", minLength: 1 } },
          },
        },
      },
    },
  };
  const ajv = new Ajv({ allErrors: true });
  return ajv.validate(schema, document) === true
    ? []
    : (ajv.errors ?? []).map((error) => `${error.dataPath} ${error.message}`);
}

test("gitlab's report keeps to its schema, an entry for each place with its commit", () => {
  interface GitLab {
    scan: { status: string };
    vulnerabilities: {
      id: string;
      severity: string;
      description: string;
      location: { commit: { sha: string } };
    }[];
  }
  const parsed = JSON.parse(
    render("gitlab", [found({}, {}, { commit }), hostile()], hostileContext),
  ) as GitLab;
  assert.deepEqual(gitlabProblems(parsed), []);
  assert.deepEqual(gitlabProblems(JSON.parse(render("gitlab", []))), []);
  assert.notDeepEqual(gitlabProblems({ ...parsed, scan: {} }), [], "the schema judges");
  assert.equal(parsed.scan.status, "failure");
  assert.deepEqual(
    parsed.vulnerabilities.slice(0, 2).map(({ location }) => location.commit.sha),
    ["0000000", commit.id],
  );
  assert.equal(new Set(parsed.vulnerabilities.map(({ id }) => id)).size, 4);
  assert.ok(parsed.vulnerabilities.every(({ description }) => !/(?<!\\)[<`[]/.test(description)));
});

const JUNIT = `
import sys, json, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
suite = root[0]
print(json.dumps({"counts": dict(suite.attrib), "cases": [[c.get("classname"), c.get("name"), [e.tag for e in c], c[0].text if len(c) else None] for c in suite]}))
`;

test("junit is well-formed, and its counts are right", () => {
  interface Parsed {
    counts: Record<string, string>;
    cases: [string, string, string[], string | null][];
  }
  const parsed = python(JUNIT, render("junit", [found(), hostile()], hostileContext)) as Parsed;
  assert.deepEqual(
    ["tests", "failures", "errors", "skipped", "time"].map((name) => parsed.counts[name]),
    ["4", "2", "1", "1", "2.000"],
  );
  assert.deepEqual(
    parsed.cases.map(([, , tags]) => tags),
    [["failure"], ["failure"], ["error"], ["skipped"]],
  );
  assert.match(parsed.cases[1]?.[1] ?? "", /<script>alert\(1\)<\/script>/, "as text");
  const none = python(JUNIT, render("junit", [])) as Parsed;
  assert.deepEqual([none.counts.tests, none.counts.failures], ["1", "0"]);
});

const CSV =
  "import sys, csv, io, json; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.read(), newline='')))))";

test("csv has a row for each place, and no cell is a formula", () => {
  const names = ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "a,b", 'say "x"', "line\nend", " =2"];
  const rows = python(
    CSV,
    render("csv", [...names.map((path) => found({}, { path })), hostile()]),
  ) as string[][];
  assert.equal(rows.length, names.length + 3);
  const head = rows[0] ?? [];
  assert.ok(rows.every((row) => row.length === head.length));
  for (const cell of rows.flat()) assert.doesNotMatch(cell, /^\s*[=+\-@|%]/);
  const paths = rows.map((row) => row[head.indexOf("path")]);
  assert.deepEqual(paths.slice(5, 8), ["'\\x09=1".slice(1), "a,b", 'say "x"']);
  assert.equal(paths[1], `'${names[0]}`);
});

test("markdown is a table that nothing in it can leave", () => {
  const out = render("markdown", [found({ stored }, { path: "a|b`c`.py" }), hostile()], hostileContext);
  const lines = out.split("\n");
  const table = lines.filter((line) => line.startsWith("|"));
  assert.equal(table.length, 4);
  for (const line of table) assert.equal(line.split("|").length, 6, line);
  assert.doesNotMatch(out, /<script|\]\(|`|@|https?:\/\//);
  const many = Array.from({ length: 900 }, (_, line) => found({}, { line }));
  const long = render("markdown", many);
  assert.ok(long.length < 65_536);
  assert.match(long, /And \d+ more secrets\./);
  assert.match(render("markdown", []), /^### Bulkhead: no findings\n/);
});

const HTML = `
import sys, json, html.parser
class P(html.parser.HTMLParser):
    def __init__(self):
        super().__init__(); self.tags = []; self.open = []; self.bad = []
    def handle_starttag(self, tag, attrs):
        self.tags.append([tag, dict(attrs)])
        if tag not in ("meta", "input", "br"): self.open.append(tag)
    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag: self.bad.append(tag)
p = P(); p.feed(sys.stdin.read()); p.close()
print(json.dumps({"tags": p.tags, "open": p.open, "bad": p.bad}))
`;

test("html is one page: balanced, with one script under a policy of hashes, nothing from elsewhere", () => {
  interface Parsed {
    tags: [string, Record<string, string>][];
    open: string[];
    bad: string[];
  }
  const out = render("html", [found({ stored }), found({ severity: "low" }), hostile()], hostileContext);
  const parsed = python(HTML, out) as Parsed;
  assert.deepEqual([parsed.open, parsed.bad], [[], []]);
  const count = (name: string): number => parsed.tags.filter(([tag]) => tag === name).length;
  assert.deepEqual(["script", "style", "article", "link", "img", "iframe"].map(count), [1, 1, 4, 0, 0, 0]);
  assert.ok(
    parsed.tags.every(
      ([, attributes]) => !Object.keys(attributes).some((name) => /^(?:src|href|on.*|style)$/.test(name)),
    ),
  );
  const policy =
    parsed.tags.find(([, { "http-equiv": name }]) => name === "Content-Security-Policy")?.[1].content ?? "";
  assert.match(policy, /^default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+';/);
  assert.ok(out.includes(`<script>${SCRIPT}</script>`), "the script stands as it was hashed");
  assert.ok(out.includes("&lt;script&gt;"));
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
