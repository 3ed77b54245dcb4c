import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { testRepository } from "../../test/support/git-history.ts";
import { ruleSet } from "./rules.ts";
import { historyScanner } from "./scanner.ts";
import { scanStaged } from "./staged.ts";

const { scanner } = historyScanner((await ruleSet()).detector);
const line = (name: string): string => `token = "${fake("hf_", 34, "alnum", name)}"\n`;
const filler = (lines: number): string =>
  Array.from({ length: lines }, (_, i) => `${fake("", 40, "lower", `${i}`)}\n`).join("");

test("what is staged is reported, on new lines only; what is not staged is not", async (t) => {
  const { root, git } = testRepository(t);
  const put = (path: string, content: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  const staged = async (): Promise<string[]> => {
    const { findings, unread } = await scanStaged({ root, scanner });
    assert.deepEqual(unread, []);
    return findings.map(({ path, found }) => `${path}:${found.line}`);
  };
  put("first.py", line("first"));
  assert.deepEqual(await staged(), [], "nothing is staged");
  git("add", ".");
  assert.deepEqual(await staged(), ["first.py:1"], "before the first commit");
  put("old.py", filler(20) + line("old"));
  git("add", ".");
  git("commit", "-qm", "x");
  assert.deepEqual(await staged(), []);

  put("old.py", `${filler(20)}${line("old")}`.replace(/^/, "x\n"));
  git("add", ".");
  assert.deepEqual(await staged(), [], "an old key in a changed file");
  put("old.py", `x\n${filler(20)}${line("old")}${line("new")}`);
  assert.deepEqual(await staged(), [], "changed, not staged");
  git("add", ".");
  assert.deepEqual(await staged(), ["old.py:23"]);
  put("old.py", "nothing here any more\n");
  assert.deepEqual(await staged(), ["old.py:23"], "the index counts, not the folder");
  git("commit", "-qm", "y");
  git("checkout", "-q", "-f", "HEAD");

  rmSync(join(root, "old.py"));
  put('odd\n"ü folder/new name.py', `x\n${filler(20)}${line("old")}${line("new")}`);
  git("add", "-A");
  assert.deepEqual(await staged(), [], "a file that only moved");
  put('odd\n"ü folder/new name.py', `x\n${filler(20)}${line("third")}${line("old")}${line("new")}`);
  put("binary", `\0\0${line("binary")}`);
  git("add", "-A");
  assert.deepEqual(await staged(), ["binary:1", 'odd\n"ü folder/new name.py:22']);
});

test("settings of the repository change nothing and run nothing", async (t) => {
  const { root, git } = testRepository(t);
  writeFileSync(join(root, "a"), filler(10));
  git("add", ".");
  git("commit", "-qm", "x");
  mkdirSync(join(root, "sub"));
  writeFileSync(join(root, "a"), `x\n${filler(5)}${line("a")}${filler(10)}`);
  git("add", ".");
  for (const setting of [
    "diff.external=false",
    "diff.noprefix=true",
    "color.ui=always",
    "diff.relative=true",
    "diff.interHunkContext=99",
    "diff.renames=false",
    "core.fsmonitor=false-program",
  ])
    git("config", ...setting.split("="));
  for (const folder of [root, join(root, "sub")]) {
    const { findings } = await scanStaged({ root: folder, scanner });
    assert.deepEqual(
      findings.map(({ path, found }) => `${path}:${found.line}`),
      ["a:7"],
    );
  }
});
