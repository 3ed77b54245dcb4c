/**
 * Every registered check on its pair of fixtures, `fixtures/ID.hit.yml` and `ID.miss.yml`: lines that end in `# <- hit` are found, those with
 * `# <- pedantic` with `--pedantic` only, and nothing else (`# 2 on <- hit` stands for the second line after it, where a block takes no comment). A miss is
 * what a search for words would find and the check does not.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { filesOf } from "../../../test/support/ci-fixtures.ts";
import { repositoryOf } from "../../../test/support/repository.ts";
import { audit } from "../audit.ts";
import { checks } from "./index.ts";

const folder = join(import.meta.dirname, "fixtures");
const slug = { host: "github.com", owner: "acme", name: "widgets" };

function marked(files: Readonly<Record<string, string>>, mark: string): string[] {
  const pattern = new RegExp(`#(?: (\\d) on)? <- ${mark}$`);
  return Object.entries(files).flatMap(([path, text]) =>
    text.split("\n").flatMap((line, at) => {
      const found = pattern.exec(line.trimEnd());
      return found === null ? [] : [`${path}:${at + 1 + Number(found[1] ?? 0)}`];
    }),
  );
}

/** One test around all: a runner that exits early would else lose some without a word. */
const each = checks.flatMap((check) => ["hit", "miss"].map((kind) => ({ check, kind })));
test("every check on its pair", async (t) => {
  for (const { check, kind } of each)
    await t.test(`${check.id}: ${kind}`, () => {
      const path = join(folder, `${check.id}.${kind}.yml`);
      assert.ok(existsSync(path), `${path} is there`);
      const files = filesOf(readFileSync(path, "utf8"));
      const repository = repositoryOf(files, { slug });
      assert.deepEqual(
        repository.diagnostics
          .filter(({ id }) => id === "syntax" || id === "expression")
          .map((one) => one.message),
        [],
        "the fixture is valid",
      );
      const lines = (pedantic: boolean): string[] => [
        ...new Set(
          audit(repository, { checks: [check], pedantic }).map(
            ({ span }) => `${span.file.path}:${span.file.position(span.start).line}`,
          ),
        ),
      ];
      const [hits, more] = [marked(files, "hit"), marked(files, "pedantic")];
      if (kind === "miss") assert.deepEqual(hits, [], "only hits are marked so");
      else assert.ok(hits.length + (check.pedantic === true ? more.length : 0) > 0, "a hit is marked");
      assert.deepEqual(lines(false).sort(), check.pedantic === true ? [] : hits.sort());
      assert.deepEqual(lines(true).sort(), [...hits, ...more].sort());
    });
});

test("fixtures belong to checks", () => {
  const ids = new Set(checks.map(({ id }) => id));
  assert.deepEqual(
    readdirSync(folder).filter((name) => !ids.has(name.replace(/\.(?:hit|miss)\.yml$/, ""))),
    [],
  );
});

test("what a check says of itself", () => {
  assert.equal(new Set(checks.map(({ id }) => id)).size, checks.length, "ids are unique");
  const classes = checks.map((check) => check.class);
  assert.deepEqual(classes, classes.toSorted(), "in the order of the classes");
  for (const { id, title, attack, mend } of checks) {
    assert.match(id, /^[a-z][a-z0-9-]*$/);
    assert.match(title, /[^.]$/, `${id}: ${title}`);
    for (const sentence of [attack, mend]) assert.match(sentence, /^[A-Z`"].*[.]$/s, `${id}: ${sentence}`);
  }
});
