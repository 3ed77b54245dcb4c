import assert from "node:assert/strict";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { ReadMark } from "./read-mark.ts";

test("a file that is read is told from one that is not, whatever becomes of its name", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-mark-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const made = (name: string, text = "value"): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 });
    return join(folder, name);
  };
  utimesSync(made("probe"), 1, Date.now() / 1_000);
  readFileSync(join(folder, "probe"));
  if (statSync(join(folder, "probe")).atimeMs === 1_000)
    return t.skip("this file system keeps no access times");
  const acts: readonly [string, (path: string) => void, string][] = [
    ["nothing", () => undefined, "no"],
    ["looked at", (path) => statSync(path), "no"],
    ["opened", (path) => closeSync(openSync(path, "r")), "no"],
    ["read", (path) => readFileSync(path), "yes"],
    ["deleted", (path) => rmSync(path), "no"],
    ["read and deleted", (path) => (readFileSync(path), rmSync(path)), "yes"],
    ["read under another name", (path) => (renameSync(path, `${path}2`), readFileSync(`${path}2`)), "yes"],
    [
      "replaced, and the other read",
      (path) => (rmSync(path), writeFileSync(path, "other"), readFileSync(path)),
      "no",
    ],
  ];
  for (const [what, act, used] of acts) {
    const path = made("file");
    const mark = ReadMark.ofFile(path);
    act(path);
    assert.equal(mark.used(), used, what);
    mark.close();
  }
  const descriptor = openSync(made("file"), "r");
  const mark = ReadMark.of(descriptor);
  assert.equal(mark.used(), "no");
  readFileSync(join(folder, "file"));
  assert.equal(mark.used(), "yes");
  mark.close();
  closeSync(descriptor);
  assert.equal(ReadMark.of(descriptor).used(), "unknown", "what cannot be marked is not known");
});
