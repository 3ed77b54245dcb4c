/**
 * Each check on its pair of fixtures: lines that end in `# <- hit` are found, those with `# <- pedantic` with `--pedantic` only, and nothing
 * else. A miss is what a search for words would find and the check does not.
 */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { repositoryOf } from "../../../test/support/repository.ts";
import { filesOf } from "../../../test/support/fix-fixtures.ts";
import { audit, checks } from "../index.ts";

const folder = join(import.meta.dirname, "fixtures");
const MINE = new Set(["D", "E", "F", "G"]);

const marked = (files: Readonly<Record<string, string>>, mark: string): string[] =>
  Object.entries(files).flatMap(([path, text]) =>
    text
      .split("\n")
      .flatMap((line, at) => (line.trimEnd().endsWith(`# <- ${mark}`) ? [`${path}:${at + 1}`] : [])),
  );

for (const check of checks.filter(({ class: one }) => MINE.has(one)))
  for (const kind of ["hit", "miss"])
    test(`${check.id}: ${kind}`, () => {
      const path = join(folder, `${check.id}.${kind}.yml`);
      assert.ok(existsSync(path), `${path} is there`);
      const files = filesOf(readFileSync(path, "utf8"));
      const repository = repositoryOf(files, {
        slug: { host: "github.com", owner: "acme", name: "widgets" },
      });
      const lines = (pedantic: boolean): string[] => [
        ...new Set(
          audit(repository, { checks: [check], pedantic }).map(
            ({ span }) => `${span.file.path}:${span.file.position(span.start).line}`,
          ),
        ),
      ];
      const [hits, more] = [marked(files, "hit"), marked(files, "pedantic")];
      assert.equal(hits.length > 0, kind === "hit", "only hits are marked so");
      const always = check.pedantic === true ? [] : hits;
      assert.deepEqual(lines(false).sort(), always.sort());
      assert.deepEqual(lines(true).sort(), [...hits, ...more].sort());
    });
