/**
 * Every registered check has a pair in `fixtures/ID/`: `hit.yml` and `miss.yml`. A line that ends in `# … hit` is found by default, in `# … hit pedantic`
 * with --pedantic only, and nothing else is found; `# 2 below: hit` stands for the second line after it, where a block takes no comment. `# file: PATH`
 * begins a further file; the first one is `.github/workflows/w.yml`.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { repositoryOf } from "../../../test/support/repository.ts";
import { audit } from "../audit.ts";
import { checks } from "./index.ts";
import type { Check } from "./types.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");
const MARK = /#(?: (\d) below:)?.*\bhit( pedantic)?\s*$/;

function filesOf(text: string): Record<string, string> {
  const files: Record<string, string> = {};
  let path = ".github/workflows/w.yml";
  for (const line of text.split("\n")) {
    const named = /^# file: (\S+)$/.exec(line)?.[1];
    if (named !== undefined) path = named;
    else files[path] = `${files[path] ?? ""}${line}\n`;
  }
  return files;
}

function compare(check: Check, name: string): { expected: string[]; found: string[]; text: string } {
  const path = join(FIXTURES, check.id, name);
  assert.ok(existsSync(path), `${check.id} has no ${name}`);
  const text = readFileSync(path, "utf8");
  const files = filesOf(text);
  const expected = Object.entries(files).flatMap(([file, content]) =>
    content.split("\n").flatMap((line, at) => {
      const mark = MARK.exec(line);
      return mark === null
        ? []
        : [`${file}:${at + 1 + Number(mark[1] ?? 0)}${mark[2] === undefined ? "" : " pedantic"}`];
    }),
  );
  const repository = repositoryOf(files, {
    slug: { host: "github.com", owner: "acme", name: "billing-api" },
  });
  const lines = (pedantic: boolean): string[] =>
    audit(repository, { checks: [check], pedantic }).map(
      ({ span }) => `${span.file.path}:${span.file.position(span.start).line}`,
    );
  const byDefault = lines(false);
  const all = lines(true);
  const found = [...byDefault, ...without(all, byDefault).map((line) => `${line} pedantic`)];
  const invalid = repository.diagnostics.filter(({ id }) => id === "syntax" || id === "expression");
  assert.deepEqual(
    invalid.map(({ message }) => message),
    [],
    `${check.id}/${name} is a valid workflow`,
  );
  return { expected: expected.sort(), found: found.sort(), text };
}

function without(all: readonly string[], some: readonly string[]): string[] {
  const left = [...all];
  for (const one of some) left.splice(left.indexOf(one), 1);
  return left;
}

for (const check of checks)
  test(`${check.id}: a hit and a near miss`, () => {
    const hit = compare(check, "hit.yml");
    assert.ok(hit.expected.length > 0, "the hit marks a line");
    assert.deepEqual(hit.found, hit.expected);
    const miss = compare(check, "miss.yml");
    assert.ok(
      miss.expected.every((line) => line.endsWith(" pedantic")),
      "the miss marks no line that is found by default",
    );
    assert.deepEqual(miss.found, miss.expected);
  });

test("fixtures belong to checks", () => {
  const ids = new Set(checks.map(({ id }) => id));
  assert.deepEqual(
    readdirSync(FIXTURES).filter((name) => !ids.has(name)),
    [],
  );
});

test("what a check says of itself", () => {
  assert.equal(new Set(checks.map(({ id }) => id)).size, checks.length, "ids are unique");
  assert.deepEqual(
    checks.map(({ class: letter }) => letter),
    checks.map(({ class: letter }) => letter).sort(),
    "in the order of the classes",
  );
  for (const { id, title, attack, mend } of checks) {
    assert.match(id, /^[a-z][a-z0-9-]*$/);
    assert.match(title, /^(?:[a-z]|GitHub|OIDC|AWS|AI\b).*[^.]$/, `${id}: ${title}`);
    for (const sentence of [attack, mend]) assert.match(sentence, /^[A-Z`"].*[.]$/s, `${id}: ${sentence}`);
  }
});
