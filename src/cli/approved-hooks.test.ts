/** What a run says of start-up hooks that the operating system brought: nothing while they are as it brought them, and who and what after that. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { isBulkheadError } from "../core/errors.ts";
import { startupHooks } from "../run/tripwire/index.ts";
import { checkHooks } from "./approved-hooks.ts";
import type { Context } from "./context.ts";

const said = (script: string): string => execFileSync("python3", ["-c", script], { encoding: "utf8" }).trim();

interface Play {
  readonly site: string;
  readonly folder: string;
  /** Gives what was warned of, or the message that it stopped with. */
  check(): Promise<string>;
  own(name: string, text: string): void;
  list(): string;
}

/** A system's tree with an environment of Python in it, whose hooks belong to a package of dpkg's. */
function play(t: TestContext): Play {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-hooks-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const python = said("import sys; print(sys.executable)");
  const name = `lib/${said("import sys; print('python%d.%d' % sys.version_info[:2])")}/site-packages`;
  const [site, info] = [join(root, "env", name), join(root, "var/lib/dpkg/info")];
  const folder = join(root, "project");
  for (const path of [site, info, folder, join(root, "env/bin"), join(root, "store")])
    mkdirSync(path, { recursive: true, mode: 0o755 });
  symlinkSync(python, join(root, "env/bin/python"));
  writeFileSync(join(root, "env/pyvenv.cfg"), `home = ${dirname(python)}\n`);
  writeFileSync(join(root, "var/lib/dpkg/status"), "Package: python3-acme\nVersion: 1.2-3\n", {
    mode: 0o644,
  });
  const [files, sums]: [string[], string[]] = [[], []];
  const command = [join(root, "env/bin/python"), "train.py"];
  const search = { command, cwd: folder, env: { PATH: process.env.PATH ?? "", HOME: root } };
  return {
    site,
    folder,
    own: (file, text) => {
      writeFileSync(join(site, file), text);
      files.push(`/env/${name}/${file}`);
      sums.push(`${createHash("md5").update(text).digest("hex")}  env/${name}/${file}`);
      writeFileSync(join(info, "python3-acme.list"), `${files.join("\n")}\n`, { mode: 0o644 });
      writeFileSync(join(info, "python3-acme.md5sums"), `${sums.join("\n")}\n`, { mode: 0o644 });
    },
    check: async () => {
      const heard: string[] = [];
      const home = { folder: join(root, "store"), hooks: join(root, "store/hooks") };
      const context = { home, out: { warn: (text: string) => heard.push(text) } } as unknown as Context;
      try {
        await checkHooks(context, { project: "demo", folder, report: await startupHooks(search), root });
      } catch (error) {
        assert.ok(isBulkheadError(error));
        heard.push(error.message);
      }
      return heard.join("\n").replaceAll(`${site}/`, "");
    },
    list: () => readFileSync(join(root, "store/hooks/demo.json"), "utf8"),
  };
}

test("what the system brought is quiet at the first run and later, and named as soon as it is changed", async (t) => {
  const { own, check, list, site } = play(t);
  own("sitecustomize.py", "x = 1\n");
  assert.equal(await check(), "");
  assert.match(
    list(),
    /sitecustomize\.py[\s\S]*python3-acme 1\.2-3/,
    "known from now on, so that nobody asks again",
  );
  own("acme.pth", "import os\n");
  assert.equal(await check(), "", "the system brought another one");
  writeFileSync(join(site, "sitecustomize.py"), "import evil\n");
  assert.equal(
    await check(),
    "1 start-up hook that nobody approved would run at the start of this job:\n  sitecustomize.py (python3-acme 1.2-3, changed since it was installed) is imported at every start of Python",
  );
  assert.doesNotMatch(list(), new RegExp(createHash("sha256").update("import evil\n").digest("hex")));
});

test("a first run names a few hooks a line each, and counts many", async (t) => {
  const { own, check, site } = play(t);
  own("sitecustomize.py", "x = 1\n");
  for (const name of ["a", "b"]) writeFileSync(join(site, `${name}.pth`), `import ${name}\n`);
  const line = (name: string): string =>
    `  ${name}.pth (no package says it is its own) runs code at every start of Python`;
  assert.equal(
    await check(),
    `2 start-up hooks of this project count as approved from now on (\`bulkhead tripwire list\` shows what is there):\n${line("a")}\n${line("b")}`,
  );
  assert.equal(await check(), "");
  const other = play(t);
  for (let n = 0; n < 7; n++) writeFileSync(join(other.site, `${n}.pth`), `import x${n}\n`);
  assert.equal(
    await other.check(),
    "7 start-up hooks of this project count as approved from now on; `bulkhead tripwire list` shows them",
  );
});

test("a committed list stops what it does not name, and not what the system brought", async (t) => {
  const { own, check, site, folder } = play(t);
  own("sitecustomize.py", "x = 1\n");
  mkdirSync(join(folder, ".bulkhead"));
  writeFileSync(join(folder, ".bulkhead/hooks.json"), '{ "hooks": [] }');
  assert.equal(await check(), "");
  writeFileSync(join(site, "evil.pth"), "import evil\n");
  assert.match(await check(), /^1 start-up hook that nobody approved .*:\n {2}evil\.pth \(no package/);
});
