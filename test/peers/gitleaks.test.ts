/**
 * gitleaks itself beside our reading of its configuration: the same rules over the same files give the same secrets. Its default
 * configuration is read where the Go client put it, never kept.
 */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { promisify } from "node:util";
import { loadRules } from "../../src/detect/custom/index.ts";
import { createDetector } from "../../src/detect/detector.ts";
import { providers } from "../../src/providers/index.ts";
import { archives, cache as noise, kinds, packageOf } from "../long/noise/archives.ts";
import { fake } from "../support/fake.ts";
import { expandRecipe } from "../support/recipes.ts";

const exec = promisify(execFile);
const MODULE = "github.com/zricethezav/gitleaks/v8";
const VERSION = "v8.30.0";
const cache = join(import.meta.dirname, "..", "..", ".cache", "go");
const NO_GO = spawnSync("go", ["version"]).status === 0 ? false : "go is not on this machine";

interface Leak {
  readonly RuleID: string;
  readonly Secret: string;
  readonly File: string;
}

interface Peer {
  /** Where the program is, and the configuration that came with it. */
  readonly program: string;
  readonly config: string;
}

let installed: Promise<Peer> | undefined;
const peer = (): Promise<Peer> => (installed ??= install());

async function install(): Promise<Peer> {
  mkdirSync(cache, { recursive: true });
  const env = { ...process.env, GOBIN: cache };
  await exec("go", ["install", `${MODULE}@${VERSION}`], { env, timeout: 600_000 });
  const { stdout: path } = await exec("go", ["env", "GOMODCACHE"], { env });
  return {
    program: join(cache, "gitleaks"),
    config: join(path.trim(), `${MODULE}@${VERSION}`, "config", "gitleaks.toml"),
  };
}

/** What the program finds below a folder; values as Latin-1, as ours are. */
async function theirsIn(data: string, report: string): Promise<Leak[]> {
  const { program, config } = await peer();
  const flags = ["-f", "json", "-r", report, "--exit-code", "0", "--no-banner", "--max-decode-depth", "0"];
  await exec(program, ["dir", data, "-c", config, ...flags], { timeout: 600_000 });
  return (JSON.parse(readFileSync(report, "utf8")) as Leak[]).map(({ RuleID, Secret, File }) => ({
    RuleID,
    Secret: Buffer.from(Secret).toString("latin1"),
    File: File.slice(data.length + 1),
  }));
}

interface Ours {
  readonly leaks: readonly Leak[];
  /** Rules that we say we leave out. */
  readonly leftOut: readonly string[];
}

async function oursIn(files: Iterable<readonly [string, Buffer]>): Promise<Ours> {
  const { config } = await peer();
  const loaded = await loadRules(readFileSync(config, "utf8"), { format: "gitleaks", file: config });
  const detector = createDetector({
    providers: [],
    extraRules: loaded.rules,
    // Ours have names that theirs have too (`jwt`).
    leaveOut: () => true,
  });
  const known = new Set(loaded.rules.map(({ id }) => id));
  const leaks: Leak[] = [];
  for (const [File, bytes] of files) {
    const text = bytes.toString("latin1");
    for (const { rule, value, offset } of detector.scan(bytes)) {
      const Secret = value.toString("latin1");
      const line = text.slice(text.lastIndexOf("\n", offset) + 1).split("\n")[0] ?? "";
      if (
        known.has(rule.id) &&
        loaded.allow.allows({ path: File, line, value: Secret, rule: rule.id }) === null
      )
        leaks.push({ RuleID: rule.id, Secret, File });
    }
  }
  return {
    leaks,
    leftOut: loaded.warnings.flatMap((line) => /^rule (\S+) is left out/.exec(line)?.[1] ?? []),
  };
}

const name = ({ RuleID, File, Secret }: Leak): string => `${File} ${RuleID} ${Secret}`;

/** Why one side alone has a finding; there is no other reason. */
const REASONS: readonly ((alone: Leak, other: readonly Leak[], leftOut: readonly string[]) => boolean)[] = [
  // A rule that we say we leave out: it looks at names of files alone.
  ({ RuleID }, _, leftOut) => leftOut.includes(RuleID),
  // Two rules on the same bytes: gitleaks reports both, we the one with the longer value, once for each place.
  (alone, other) =>
    other.some(
      ({ File, RuleID, Secret }) =>
        File === alone.File && RuleID !== alone.RuleID && Secret.includes(alone.Secret),
    ),
];

function unexplained(ours: readonly Leak[], theirs: readonly Leak[], leftOut: readonly string[]): string[] {
  const alone = (list: readonly Leak[], other: readonly Leak[]): Leak[] => {
    const names = new Set(other.map(name));
    return list.filter((leak) => !names.has(name(leak)));
  };
  return [
    ...alone(theirs, ours)
      .filter((leak) => !REASONS.some((reason) => reason(leak, ours, leftOut)))
      .map((leak) => `gitleaks alone: ${name(leak)}`),
    ...alone(ours, theirs).map((leak) => `we alone: ${name(leak)}`),
  ];
}

function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-gitleaks-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test("the same configuration gives the same secrets", { skip: NO_GO, timeout: 900_000 }, async (t) => {
  const folder = scratch(t);
  const files = new Map<string, string>();
  for (const { credentials } of providers)
    for (const { id, hits } of credentials)
      hits.forEach((recipe, i) =>
        files.set(`${id}-${i}.txt`, `first line\n${expandRecipe(recipe, `peer${id}${i}`)}\nlast line\n`),
      );
  for (let i = 0; i < 40; i++) {
    const value = fake("", 16 + i, i % 2 === 0 ? "alnum" : "hex", `peer${i}`);
    files.set(
      `generic-${i}.txt`,
      [
        `api_key = "${value}"\n`,
        `SECRET_TOKEN=${value}\n`,
        `password: ${value} # gitleaks:allow\n`,
        `x = "${value}"\n`,
      ][i % 4] ?? "",
    );
  }
  const data = join(folder, "data");
  mkdirSync(data);
  for (const [name, text] of files) writeFileSync(join(data, name), text);
  const theirs = await theirsIn(data, join(folder, "report.json"));
  const all = [...files].map(([path, text]) => [path, Buffer.from(text, "latin1")] as const);
  const { leaks: ours, leftOut } = await oursIn(all);
  t.diagnostic(`${ours.length} ours, ${theirs.length} theirs; left out: ${leftOut.join()}`);
  assert.deepEqual(leftOut, ["pkcs12-file"], "all rules are read but the one that looks at paths alone");
  assert.ok(theirs.length > 50, "the peer found what was made for it");
  assert.deepEqual(unexplained(ours, theirs, leftOut), []);
  const [first, ...others] = theirs;
  assert.ok(first !== undefined);
  assert.deepEqual(unexplained(ours, [...others, { ...first, Secret: "x" }], leftOut).length, 2, "control");
});

/** The smaller packages that the noise test has brought here: gitleaks needs minutes for them all. */
const EACH = 25;
const size = (archive: string): number => statSync(join(noise, archive)).size;
const PACKAGES = archives().every((one) => existsSync(join(noise, one)))
  ? kinds.flatMap((kind) =>
      archives()
        .filter((one) => one.startsWith(kind))
        .sort((a, b) => size(a) - size(b))
        .slice(0, EACH),
    )
  : [];
const NO_PACKAGES = PACKAGES.length > 0 ? false : "the packages of `npm run test:long -- noise` are not here";

test("the same over packages of other people", {
  skip: NO_GO || NO_PACKAGES,
  timeout: 900_000,
}, async (t) => {
  const folder = scratch(t);
  const data = join(folder, "data");
  mkdirSync(data);
  for (const one of PACKAGES) {
    mkdirSync(join(data, packageOf(one)));
    await exec("tar", ["xzf", join(noise, one), "-C", join(data, packageOf(one))]);
  }
  const files = globSync("**/*", { cwd: data, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(data.length + 1))
    .map((path) => [path, readFileSync(join(data, path))] as const);
  const theirs = await theirsIn(data, join(folder, "report.json"));
  const { leaks: ours, leftOut } = await oursIn(files);
  t.diagnostic(
    `${ours.length} ours, ${theirs.length} theirs, in ${files.length} files of ${PACKAGES.length} packages`,
  );
  assert.ok(theirs.length > 100, "the peer found something");
  assert.deepEqual(unexplained(ours, theirs, leftOut), []);
});
