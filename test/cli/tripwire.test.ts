/** The tripwire in front of a run: the first run begins the list, a later hook stops it by name, a committed list holds from the start. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { NO_PIP, pythonPackages } from "../support/python.ts";
import { sandbox } from "./support.ts";

const PYTHON = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], {
  encoding: "utf8",
}).trim();
const VERSION = execFileSync(PYTHON, ["-c", "import sys; print('python%d.%d' % sys.version_info[:2])"], {
  encoding: "utf8",
}).trim();

function withEnvironment(folder: string): { readonly site: string } {
  const site = join(folder, ".venv", "lib", VERSION, "site-packages");
  mkdirSync(site, { recursive: true });
  mkdirSync(join(folder, ".venv", "bin"));
  symlinkSync(PYTHON, join(folder, ".venv", "bin", "python"));
  writeFileSync(join(folder, ".venv", "pyvenv.cfg"), `home = ${dirname(PYTHON)}\n`);
  return { site };
}

const MANIFEST = `project: demo
environments: { dev: { people: true } }
stages:
  train: { run: ".venv/bin/python -c 'print(6 * 7)'" }
`;

test("a hook that a package brought after the first run stops the next one by name, until it is approved", async (t) => {
  const { bulkhead, json, write, project, store } = sandbox(t);
  write("bulkhead.yaml", MANIFEST);
  const { site } = withEnvironment(project);
  writeFileSync(join(site, "old.pth"), "import os\n");
  assert.equal(bulkhead(["apply"]).code, 0);
  const first = bulkhead(["run", "train"]);
  assert.deepEqual([first.code, first.stdout], [0, "42\n"], first.stderr);
  assert.match(
    first.stderr,
    /counts? as approved [\s\S]*:\n  .*old\.pth \(no package says it is its own\) runs/,
  );
  const list = join(store, "hooks", "demo.json");
  assert.equal(statSync(list).mode & 0o777, 0o600);
  assert.doesNotMatch(bulkhead(["run", "train"]).stderr, /\.pth/, "the second run is quiet");

  const setuptools = await pythonPackages(["setuptools==80.9.0"]);
  if (setuptools === null) t.diagnostic(NO_PIP);
  else
    for (const name of ["distutils-precedence.pth", "_distutils_hack", "setuptools-80.9.0.dist-info"])
      cpSync(join(setuptools, name), join(site, name), { recursive: true });
  const quiet = bulkhead(["run", "train"]);
  assert.equal(quiet.code, 0, quiet.stderr);
  assert.doesNotMatch(
    quiet.stderr,
    /\.pth/,
    "setuptools' own hook, installed after the first run, needs no word",
  );

  const stolen = join(project, "stolen");
  const info = join(site, "acme_telemetry-1.2.dist-info");
  mkdirSync(info);
  writeFileSync(join(site, "acme.pth"), `import os; open(${JSON.stringify(stolen)}, "w").close()\n`);
  writeFileSync(join(info, "RECORD"), "acme.pth,sha256=x,1\n");
  writeFileSync(join(info, "METADATA"), "Name: acme-telemetry\nVersion: 1.2\n");
  const stopped = bulkhead(["run", "train"]);
  assert.equal(stopped.code, 125);
  assert.match(
    stopped.stderr,
    /1 start-up hook that nobody approved .*:\n  .*acme\.pth \(acme-telemetry 1\.2\)/,
  );
  assert.match(stopped.stderr, /bulkhead tripwire approve/);
  assert.ok(!existsSync(stolen), "neither the run nor the look at it ran the hook");
  assert.equal(bulkhead(["tripwire", "list"]).code, 3);
  const { hooks } = json<{ hooks: { place: string; state: string }[] }>(["tripwire", "list"]);
  assert.deepEqual(
    hooks.map(({ place, state }) => [place.slice(site.length + 1), state]),
    [
      ["acme.pth", "new"],
      ...(setuptools === null ? [] : [["distutils-precedence.pth", "harmless"]]),
      ["old.pth", "approved"],
    ],
  );
  assert.equal(bulkhead(["run", "train", "--no-tripwire"]).code, 0);
  assert.equal(bulkhead(["tripwire", "approve"]).code, 1, "nobody to ask");
  assert.equal(bulkhead(["tripwire", "approve", "--yes"]).code, 0);
  assert.equal(bulkhead(["run", "train"]).code, 0);
  writeFileSync(list, "{");
  assert.match(bulkhead(["run", "train"]).stderr, /is no list of approved start-up hooks: it is no JSON/);
});

test("another environment of Python is taken in when it is first used; what comes into a known one is still new", (t) => {
  const { bulkhead, write, project } = sandbox(t);
  write("bulkhead.yaml", `${MANIFEST}  other: { run: "other/.venv/bin/python -c 'print(1)'" }\n`);
  const { site } = withEnvironment(project);
  mkdirSync(join(project, "other"));
  const other = withEnvironment(join(project, "other"));
  writeFileSync(join(site, "one.pth"), "import os\n");
  writeFileSync(join(other.site, "two.pth"), "import sys\n");
  assert.equal(bulkhead(["apply"]).code, 0);
  assert.match(bulkhead(["run", "train"]).stderr, /counts? as approved [\s\S]*one\.pth/);
  const second = bulkhead(["run", "other"]);
  assert.equal(second.code, 0, second.stderr);
  assert.match(second.stderr, /counts? as approved [\s\S]*two\.pth/);
  assert.doesNotMatch(second.stderr, /one\.pth/);
  for (const stage of ["train", "other"]) assert.doesNotMatch(bulkhead(["run", stage]).stderr, /\.pth/);
  writeFileSync(join(site, "three.pth"), "import re\n");
  assert.equal(bulkhead(["run", "other"]).code, 0, "not of its environment");
  assert.equal(bulkhead(["run", "train"]).code, 125);
});

test("a committed list holds for everybody and from the first run", (t) => {
  const { bulkhead, write, project, store } = sandbox(t);
  write("bulkhead.yaml", MANIFEST);
  const { site } = withEnvironment(project);
  writeFileSync(join(site, "ours.pth"), "import os\n");
  assert.equal(bulkhead(["apply"]).code, 0);
  assert.equal(bulkhead(["tripwire", "approve", "--commit", "--yes"]).code, 0);
  const committed = join(project, ".bulkhead", "hooks.json");
  const { hooks } = JSON.parse(readFileSync(committed, "utf8")) as { hooks: { name: string }[] };
  assert.deepEqual(
    hooks.map(({ name }) => name),
    ["ours.pth"],
  );
  assert.ok(!readFileSync(committed, "utf8").includes(project), "no path of this machine");
  assert.equal(bulkhead(["run", "train"]).code, 0);
  rmSync(store, { recursive: true });
  writeFileSync(join(site, "theirs.pth"), "import sys\n");
  assert.equal(bulkhead(["apply"]).code, 0);
  const stopped = bulkhead(["run", "train"]);
  assert.equal(stopped.code, 125, "on a fresh machine too");
  assert.match(stopped.stderr, /theirs\.pth/);
  assert.doesNotMatch(stopped.stderr, /ours\.pth/);
});
