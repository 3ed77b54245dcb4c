/** actionlint itself on what fixes leave behind: it has nothing to say of a mended workflow that it did not say before. */
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { fixRepository } from "../../src/ci/fixes/apply.ts";
import { pipelineOf } from "../../src/ci/init/index.ts";
import { parseManifest } from "../../src/manifest/index.ts";
import { INIT_MANIFEST, initOptions } from "../support/init-manifest.ts";
import { EVERYWHERE, filesOf } from "../support/fix-fixtures.ts";
import { testFolder } from "../support/repository.ts";

const exec = promisify(execFile);
const MODULE = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";
const cache = join(import.meta.dirname, "..", "..", ".cache", "bench-ci", "go");
const NO_GO = spawnSync("go", ["version"]).status === 0 ? false : "go is not on this machine";
const FIXTURES = join(import.meta.dirname, "..", "..", "src", "ci", "checks", "fixtures");

let installed: Promise<unknown> | undefined;
const actionlint = (): Promise<unknown> => {
  mkdirSync(cache, { recursive: true });
  installed ??= exec("go", ["install", MODULE], { env: { ...process.env, GOBIN: cache }, timeout: 600_000 });
  return installed;
};

test("what `ci init` writes is valid", { skip: NO_GO, timeout: 900_000 }, async () => {
  await actionlint();
  const { manifest } = parseManifest(INIT_MANIFEST);
  assert.ok(manifest !== null);
  for (const options of [
    initOptions,
    { ...initOptions, folder: "ml", integrity: "sha512-x", address: "https://b" },
  ]) {
    const folder = testFolder({ ".git/config": "" });
    const { path, text } = pipelineOf(manifest, { ...options, system: "github", root: folder.root });
    folder.write(path, text);
    assert.deepEqual([...complaints(folder.root, [path])], []);
    folder.remove();
  }
});

test("fixes leave valid workflows", { skip: NO_GO, timeout: 900_000 }, async () => {
  await actionlint();
  let mended = 0;
  for (const name of readdirSync(FIXTURES).filter((one) => one.endsWith(".yml"))) {
    const files = filesOf(readFileSync(join(FIXTURES, name), "utf8"));
    const folder = testFolder({ ...files, ".git/config": "" });
    try {
      const before = complaints(folder.root, Object.keys(files));
      for (const [review, checks] of [[false], [true], [false, EVERYWHERE], [true, EVERYWHERE]] as const) {
        const result = fixRepository(folder.root, {
          pedantic: true,
          review,
          ...(checks !== undefined && { checks }),
        });
        for (const [path, { after }] of result.files) folder.write(path, after);
        mended += result.files.size;
        const after = complaints(folder.root, Object.keys(files));
        assert.deepEqual(
          [...after].filter((one) => !before.has(one)),
          [],
          `${name}: ${JSON.stringify([...result.files.values()].map(({ after: text }) => text))}`,
        );
      }
    } finally {
      folder.remove();
    }
  }
  assert.ok(mended >= 40, "something was mended");
  // It does complain when an edit breaks a file.
  const broken = testFolder({
    ".git/config": "",
    ".github/workflows/w.yml": "on: push\njobs: {a: {steps: [{run: ls, env: 1}]}}\n",
  });
  assert.notEqual(complaints(broken.root, [".github/workflows/w.yml"]).size, 0);
  broken.remove();
});

/** Kinds and messages, without their places. */
function complaints(root: string, paths: readonly string[]): ReadonlySet<string> {
  const flows = paths.filter((path) => path.startsWith(".github/workflows/"));
  if (flows.length === 0) return new Set();
  const { stdout } = spawnSync(
    join(cache, "actionlint"),
    [
      "-shellcheck=",
      "-pyflakes=",
      "-format",
      "{{range $e := .}}{{$e.Filepath}} {{$e.Kind}} {{$e.Message}}\n{{end}}",
      ...flows,
    ],
    { cwd: root, encoding: "utf8" },
  );
  return new Set(stdout.split("\n").filter((line) => line !== ""));
}
