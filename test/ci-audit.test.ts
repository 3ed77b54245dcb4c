/** `bulkhead ci audit` as people and other programs run it: reports, exit codes, exceptions, floors. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { type TestFolder, testFolder } from "./support/repository.ts";

const bin = join(import.meta.dirname, "..", "dist", "bulkhead");
const WORKFLOW = `on: push
permissions: {}
jobs:
  a:
    runs-on: ubuntu-latest
    steps:
      - run: ./go
        env: {ALL: "\${{ toJSON(secrets) }}"}
`;
const AT = ".github/workflows/w.yml";

function bulkhead(folder: TestFolder, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync("sh", [bin, "ci", ...args], {
    cwd: folder.root,
    encoding: "utf8",
    env: { PATH: process.env.PATH, HOME: folder.root },
  });
  return { status, stdout, stderr };
}

const folderOf = (t: { after(done: () => void): void }, files: Record<string, string>): TestFolder => {
  const folder = testFolder(files);
  t.after(() => folder.remove());
  return folder;
};

test("exit codes: clean, findings, incomplete; info is shown and does not fail", (t) => {
  const clean = folderOf(t, { [AT]: "on: push\npermissions: {}\njobs: {}\n" });
  assert.deepEqual([bulkhead(clean, ["audit"]).status, bulkhead(clean, []).status], [0, 0]);
  const hit = folderOf(t, { [AT]: WORKFLOW });
  const { status, stdout } = bulkhead(hit, []);
  assert.equal(status, 3);
  assert.match(stdout, /^\.github\/workflows\/w\.yml$/m);
  assert.match(stdout, /8:32 {2}env: \{ALL: "\$\{\{ toJSON\(secrets\) \}\}"\}\n {33}\^{7}\n/);
  assert.match(stdout, /why: {2}Whoever .*\n {10}mend: Name/);
  assert.equal(bulkhead(hit, ["audit", "--severity", "critical"]).status, 0);
  const broken = folderOf(t, { [AT]: "on: push\n\tjobs: [\n" });
  const half = bulkhead(broken, ["audit"]);
  assert.equal(half.status, 4);
  assert.match(half.stdout, /incomplete: 1 file was not read whole/);
  const info = folderOf(t, {
    [AT]: WORKFLOW.replace("ALL:", "OPENAI_API_KEY:").replace("toJSON(secrets)", "secrets.CI_KEY_EVALS"),
  });
  const shown = bulkhead(info, ["audit"]);
  assert.deepEqual([shown.status, shown.stdout.includes("static-model-key")], [0, true]);
});

test("reports", (t) => {
  const folder = folderOf(t, { [AT]: WORKFLOW });
  const json = JSON.parse(bulkhead(folder, ["audit", "--json"]).stdout) as {
    findings: { check: string; path: string; line: number; fingerprint: string }[];
  };
  assert.deepEqual(
    json.findings.map(({ check, path, line }) => [check, path, line]),
    [["secrets-whole-context", AT, 8]],
  );
  const sarif = JSON.parse(bulkhead(folder, ["audit", "--format", "sarif"]).stdout) as {
    runs: [{ results: { ruleId: string; partialFingerprints: Record<string, string> }[] }];
  };
  assert.equal(sarif.runs[0].results[0]?.ruleId, "secrets-whole-context");
  assert.match(
    bulkhead(folder, ["audit", "--format", "github"]).stdout,
    /^::error file=\.github\/workflows\/w\.yml,line=8,endLine=8,title=.*\(secrets-whole-context\)::The whole/,
  );
  const gitlab = JSON.parse(bulkhead(folder, ["audit", "--format", "gitlab"]).stdout) as {
    check_name: string;
    fingerprint: string;
    severity: string;
    location: { path: string; lines: { begin: number } };
  }[];
  assert.deepEqual(
    gitlab.map(({ check_name, severity, location }) => [
      check_name,
      severity,
      location.path,
      location.lines.begin,
    ]),
    [["secrets-whole-context", "critical", AT, 8]],
  );
  assert.equal(gitlab[0]?.fingerprint, json.findings[0]?.fingerprint);
  assert.match(bulkhead(folder, ["audit", "--format", "junit"]).stdout, /tests="1" failures="1"/);
  assert.match(bulkhead(folder, ["audit", "--format", "csv"]).stdout, /\r\nhigh,secrets-whole-context,/);
  assert.match(bulkhead(folder, ["audit", "--format", "markdown"]).stdout, /^### Bulkhead: 1 finding/);
  const { status, stdout } = bulkhead(folder, ["audit", "--format", "sarif", "-o", "out.sarif"]);
  assert.deepEqual([status, stdout], [3, ""]);
  assert.match(readFileSync(join(folder.root, "out.sarif"), "utf8"), /secrets-whole-context/);
});

test("a fingerprint stays when lines move", (t) => {
  const prints = [WORKFLOW, `# a line\n\n${WORKFLOW}`].map((text) => {
    const { stdout } = bulkhead(folderOf(t, { [AT]: text }), ["audit", "--json"]);
    return (JSON.parse(stdout) as { findings: { fingerprint: string }[] }).findings[0]?.fingerprint;
  });
  assert.equal(prints[0], prints[1]);
});

test("exceptions: by comment, by list, over, unknown; and an organisation that takes none", (t) => {
  const comment = WORKFLOW.replace(
    'secrets) }}"}',
    'secrets) }}"} # bulkhead: allow[secrets-whole-context] a sandbox',
  );
  const commented = bulkhead(folderOf(t, { [AT]: comment }), ["audit"]);
  assert.deepEqual(
    [commented.status, /1 finding allowed by bulkhead comment/.test(commented.stdout)],
    [0, true],
  );
  const list = (until: string, check = "secrets-whole-context"): string =>
    `allow:\n  - check: ${check}\n    path: .github/workflows/*.yml\n    reason: a sandbox\n    until: ${until}\n`;
  const allowed = bulkhead(folderOf(t, { [AT]: WORKFLOW, ".bulkhead/ci-allow.yaml": list("2999-01-01") }), [
    "audit",
  ]);
  assert.deepEqual([allowed.status, /allowed by \.bulkhead\/ci-allow\.yaml/.test(allowed.stdout)], [0, true]);
  const over = bulkhead(folderOf(t, { [AT]: WORKFLOW, ".bulkhead/ci-allow.yaml": list("2020-01-01") }), [
    "audit",
  ]);
  assert.deepEqual([over.status, /until 2020-01-01, which is over/.test(over.stdout)], [3, true]);
  const wrong = bulkhead(
    folderOf(t, { [AT]: WORKFLOW, ".bulkhead/ci-allow.yaml": list("2999-01-01", "nothing") }),
    ["audit"],
  );
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /names nothing, which is no check/);

  const above = folderOf(t, {
    "organisation.yaml": "ci:\n  required: [secrets-whole-context]\n  severity: high\n",
    [`repo/${AT}`]: comment,
    "repo/.bulkhead/ci-allow.yaml": list("2999-01-01"),
  });
  const floor = bulkhead(above, ["audit", "repo", "--severity", "critical"]);
  assert.equal(floor.status, 3, "neither the exception nor the threshold gets under the floor");
  assert.match(floor.stdout, /the organisation takes no exception/);
  const bad = folderOf(t, { "organisation.yaml": "ci:\n  required: [nothing]\n", [`repo/${AT}`]: WORKFLOW });
  assert.equal(bulkhead(bad, ["audit", "repo"]).status, 2);
});

test("one file of a repository, several repositories, one check", (t) => {
  const folder = folderOf(t, {
    [`a/${AT}`]: WORKFLOW,
    "a/.github/workflows/x.yml": WORKFLOW,
    [`b/${AT}`]: WORKFLOW,
  });
  const places = (args: readonly string[]): string[] =>
    (
      JSON.parse(bulkhead(folder, ["audit", "--json", ...args]).stdout) as { findings: { path: string }[] }
    ).findings.map(({ path }) => path);
  assert.deepEqual(places([`a/${AT}`]), [AT]);
  assert.deepEqual(places(["a", "b"]), [`a/${AT}`, "a/.github/workflows/x.yml", `b/${AT}`]);
  assert.deepEqual(places(["a", "--check", "secrets-inherit"]), []);
  const unknown = bulkhead(folder, ["audit", "--check", "secret-inherit"]);
  assert.deepEqual([unknown.status, /did you mean `secrets-inherit`/.test(unknown.stderr)], [2, true]);
});

test("checks are listed and explained", (t) => {
  const folder = folderOf(t, {});
  assert.match(bulkhead(folder, ["checks"]).stdout, /secrets-inherit +A +medium/);
  assert.match(bulkhead(folder, ["checks", "secrets-inherit"]).stdout, /mend: Pass the secrets/);
  const one = JSON.parse(bulkhead(folder, ["checks", "secrets-inherit", "--json"]).stdout) as { id: string };
  assert.equal(one.id, "secrets-inherit");
});

test("Bulkhead's own workflows: clean, and nothing is allowed", (t) => {
  const root = join(import.meta.dirname, "..");
  const run = (args: readonly string[]) => {
    const { status, stdout } = spawnSync("sh", [bin, "ci", "audit", ...args], {
      cwd: root,
      encoding: "utf8",
    });
    return { status, report: JSON.parse(stdout) as { findings: object[]; allowed: object[]; files: number } };
  };
  const { status, report } = run(["--json"]);
  assert.deepEqual([status, report.findings, report.allowed], [0, [], []]);
  assert.ok(report.files > 0, "they were read");
  // The control: the same files with one thing changed are not clean.
  const folder = folderOf(t, {
    [AT]: readFileSync(join(root, ".github/workflows/test.yml"), "utf8").replace(
      "permissions: {}",
      "permissions: write-all",
    ),
  });
  assert.equal(bulkhead(folder, ["audit"]).status, 3);
});
