/** Imports run strictly downward over the layers of ARCHITECTURE.md; folders on one line never import each other. No ignore list. */
import assert from "node:assert/strict";
import { globSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import test from "node:test";
import ts from "typescript";

const LAYERS = [
  ["cli"],
  ["server"],
  ["engines", "auth", "run", "broker", "scan", "ci"],
  ["incident"],
  ["rotate", "inventory", "manifest", "egress", "client", "kernel"],
  ["store", "audit-log", "trust", "x509", "verify", "managers", "formats", "detect", "mask", "report"],
  ["match", "providers"],
  ["core"],
];
/** Folders that promise to run on node's built-ins alone. */
const NO_DEPENDENCIES = new Set(["core", "providers", "match", "detect", "mask"]);
/** Reads rule files, for whoever has one: a folder of its own, loaded by nothing else in `detect/`. */
const RULE_FILES = "detect/custom/";

const src = join(import.meta.dirname, "..", "src");
const level = new Map(LAYERS.flatMap((row, index) => row.map((folder) => [folder, index] as const)));

interface Edge {
  readonly from: string;
  readonly specifier: string;
}

export function problemOf({ from, specifier }: Edge): string | null {
  const folder = from.split("/")[0] ?? "";
  if (!specifier.startsWith(".")) {
    if (specifier.startsWith("node:")) return null;
    return NO_DEPENDENCIES.has(folder) && !from.startsWith(RULE_FILES)
      ? `${from} imports the package ${specifier}, but ${folder}/ has no runtime dependency`
      : null;
  }
  const target = relative(src, resolve(src, dirname(from), specifier));
  const other = target.split("/")[0] ?? "";
  if (target.startsWith("..")) return `${from} imports ${specifier} outside src/`;
  if (target.startsWith(RULE_FILES) && folder === "detect" && !from.startsWith(RULE_FILES))
    return `${from} imports ${target}: the detector loads no rule files`;
  if (other === folder) return null;
  const mine = level.get(folder);
  const theirs = level.get(other);
  if (mine === undefined || theirs === undefined) return `${from} or ${target} is in no layer`;
  return theirs > mine ? null : `${from} imports ${target}: ${other}/ is not below ${folder}/`;
}

test("imports run downward only", () => {
  const files = globSync("**/*.ts", { cwd: src }).filter(
    (file) => !file.endsWith(".test.ts") && !file.includes("/fixtures/"),
  );
  assert.ok(files.length > 10, "the sources were found");
  const problems = files.flatMap((from) =>
    ts
      .preProcessFile(readFileSync(join(src, from), "utf8"), true, true)
      .importedFiles.map(({ fileName }) => problemOf({ from, specifier: fileName }))
      .filter((problem) => problem !== null),
  );
  assert.deepEqual(problems, []);
});

test("every folder of src is in a layer", () => {
  assert.deepEqual(
    readdirSync(src).filter((folder) => !level.has(folder)),
    [],
  );
});

test("the layer check sees what it forbids", () => {
  assert.match(problemOf({ from: "kernel/handle.ts", specifier: "../engines/index.ts" }) ?? "", /not below/);
  assert.match(
    problemOf({ from: "engines/kv/index.ts", specifier: "../../auth/index.ts" }) ?? "",
    /not below/,
  );
  assert.match(problemOf({ from: "core/x.ts", specifier: "yaml" }) ?? "", /no runtime dependency/);
  assert.match(problemOf({ from: "detect/x.ts", specifier: "yaml" }) ?? "", /no runtime dependency/);
  assert.match(problemOf({ from: "detect/x.ts", specifier: "./custom/index.ts" }) ?? "", /no rule files/);
  assert.equal(problemOf({ from: "detect/custom/x.ts", specifier: "yaml" }), null);
  assert.equal(problemOf({ from: "cli/main.ts", specifier: "../core/errors.ts" }), null);
});
