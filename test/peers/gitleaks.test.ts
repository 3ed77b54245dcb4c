/**
 * gitleaks itself beside our reading of its configuration: the same rules over the same files give the same secrets. Its default
 * configuration is read where the Go client put it, never kept.
 */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { loadRules } from "../../src/detect/custom/index.ts";
import { createDetector } from "../../src/detect/detector.ts";
import { providers } from "../../src/providers/index.ts";
import { fake } from "../support/fake.ts";
import { expandRecipe } from "../support/recipes.ts";

const exec = promisify(execFile);
const MODULE = "github.com/zricethezav/gitleaks/v8";
const VERSION = "v8.30.1";
const cache = join(import.meta.dirname, "..", "..", ".cache", "go");
const NO_GO = spawnSync("go", ["version"]).status === 0 ? false : "go is not on this machine";

interface Leak {
  readonly RuleID: string;
  readonly Secret: string;
  readonly File: string;
}

test("the same configuration gives the same secrets", { skip: NO_GO, timeout: 900_000 }, async (t) => {
  mkdirSync(cache, { recursive: true });
  const env = { ...process.env, GOBIN: cache };
  await exec("go", ["install", `${MODULE}@${VERSION}`], { env, timeout: 600_000 });
  const { stdout: path } = await exec("go", ["env", "GOMODCACHE"], { env });
  const config = join(path.trim(), `${MODULE}@${VERSION}`, "config", "gitleaks.toml");
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-gitleaks-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));

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
  const report = join(folder, "report.json");
  await exec(
    join(cache, "gitleaks"),
    [
      "dir",
      data,
      "-c",
      config,
      "-f",
      "json",
      "-r",
      report,
      "--exit-code",
      "0",
      "--no-banner",
      "--max-decode-depth",
      "0",
    ],
    { timeout: 300_000 },
  );
  const theirs = (JSON.parse(readFileSync(report, "utf8")) as Leak[]).map((leak) => ({
    ...leak,
    File: leak.File.slice(data.length + 1),
  }));

  const loaded = await loadRules(readFileSync(config, "utf8"), { format: "gitleaks", file: config });
  const detector = createDetector({ providers: [], extraRules: loaded.rules });
  const ours: Leak[] = [];
  for (const [File, text] of files)
    for (const { rule, value, offset } of detector.scan(Buffer.from(text, "latin1"))) {
      const Secret = value.toString("latin1");
      const line = text.slice(text.lastIndexOf("\n", offset) + 1).split("\n")[0] ?? "";
      if (
        loaded.rules.some(({ id }) => id === rule.id) &&
        loaded.allow.allows({ path: File, line, value: Secret, rule: rule.id }) === null
      )
        ours.push({ RuleID: rule.id, Secret, File });
    }
  const name = ({ RuleID, File, Secret }: Leak): string => `${File} ${RuleID} ${Secret}`;
  const mine = new Set(ours.map(name));
  const their = new Set(theirs.map(name));
  // The one reason for a difference: rules that we say we leave out (`Q~` alone is too short a text to look for).
  const leftOut = loaded.warnings.flatMap((line) => /^rule (\S+) is left out/.exec(line)?.[1] ?? []);
  const unexplained = (list: readonly Leak[], other: ReadonlySet<string>): string[] =>
    list.filter((leak) => !other.has(name(leak)) && !leftOut.includes(leak.RuleID)).map(name);
  t.diagnostic(`${ours.length} ours, ${theirs.length} theirs; left out: ${leftOut.join()}`);
  assert.ok(leftOut.length <= 6, "nearly all rules are read");
  assert.ok(theirs.length > 50, "the peer found what was made for it");
  assert.deepEqual(unexplained(theirs, mine), [], "found by gitleaks alone");
  assert.deepEqual(unexplained(ours, their), [], "found by us alone");
});
