/** What a user can set, call or read about is documented, and what is documented exists. (Commands and errors: tools/docs.test.ts.) */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import test from "node:test";
import { commands } from "../src/cli/commands/index.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** Written by the build or by tests, or made up in an example: nothing a user sets. */
const NO_SETTINGS = new Set([
  "BULKHEAD_VERSION",
  "BULKHEAD_UPDATE",
  "BULKHEAD_X",
  "BULKHEAD_",
  "BULKHEAD_NODE",
  "BULKHEAD_NOHUP",
]);

test("every setting is documented, and every documented one is read somewhere", () => {
  const sources = globSync("src/**/*.ts", { cwd: root }).filter((file) => !file.includes(".test."));
  const used = new Set(
    [...sources, "src/cli/bin"].flatMap((file) => read(file).match(/\bBULKHEAD_[A-Z_]*/g) ?? []),
  );
  const documented = new Set(read("docs/settings.md").match(/\bBULKHEAD_[A-Z_]*/g) ?? []);
  const settings = [...used].filter((name) => !NO_SETTINGS.has(name));
  assert.ok(settings.length > 5);
  assert.deepEqual(
    settings.filter((name) => !documented.has(name)),
    [],
    "not in docs/settings.md",
  );
  assert.deepEqual(
    [...documented].filter((name) => !used.has(name) && !NO_SETTINGS.has(name)),
    [],
    "documented, but nothing reads it",
  );
});

test("the features table names commands and tests that exist", () => {
  const rows = read("docs/features.md")
    .split("\n")
    .filter((line) => /^\| [A-I]\d /.test(line));
  const ids = rows.map((line) => line.split("|")[1]?.trim());
  assert.equal(new Set(ids).size, ids.length);
  assert.equal(ids.length, 6 + 5 + 2 + 7 + 4 + 5 + 3 + 6 + 3, "a row for each requirement");
  for (const row of rows) {
    const [, id, , state = "", command = "", proof = ""] = row.split("|").map((cell) => cell.trim());
    if (/works/.test(state)) assert.ok(proof !== "", `${id} says it works and names no test`);
    for (const [, file] of proof.matchAll(/`([^`]+)`/g))
      assert.ok(existsSync(join(root, file as string)), `${id}: ${file}`);
    for (const [, words] of command.matchAll(/`bulkhead ([a-z -]+?)(?: --.*)?`/g))
      assert.ok(
        commands.some(({ name }) => name === words),
        `${id}: bulkhead ${words}`,
      );
  }
});

test("links between documents lead somewhere", () => {
  const pages = ["*.md", "docs/**/*.md", "examples/**/*.md"].flatMap((glob) => globSync(glob, { cwd: root }));
  assert.ok(pages.length > 12);
  const broken = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
      .map(([, target]) => target as string)
      .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(resolve(root, dirname(page), target)))
      .map((target) => `${page}: ${target}`),
  );
  assert.deepEqual(broken, []);
});

test("every task page is reached from the README", () => {
  const readme = read("README.md");
  const pages = globSync("docs/*.md", { cwd: root }).filter((page) => !readme.includes(`(${page})`));
  assert.deepEqual(pages, []);
});
