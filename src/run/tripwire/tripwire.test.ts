import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { hasPip, NO_PIP, pythonPackages } from "../../../test/support/python.ts";
import { type HookReport, approvalOf, describeHook, newHooks, startupHooks } from "./index.ts";
import { interpretersOf } from "./programs.ts";

const PYTHON = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], {
  encoding: "utf8",
}).trim();

/** A virtual environment by hand: the interpreter's link, its mark, and an empty site folder. */
function environment(
  t: TestContext,
  name = "env",
): { readonly folder: string; readonly site: string; readonly python: string } {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-tripwire-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const folder = join(root, name);
  const version = execFileSync(PYTHON, ["-c", "import sys; print('python%d.%d' % sys.version_info[:2])"], {
    encoding: "utf8",
  }).trim();
  const site = join(folder, "lib", version, "site-packages");
  mkdirSync(site, { recursive: true });
  mkdirSync(join(folder, "bin"));
  symlinkSync(PYTHON, join(folder, "bin", "python"));
  writeFileSync(
    join(folder, "pyvenv.cfg"),
    `home = ${dirname(PYTHON)}\ninclude-system-site-packages = false\n`,
  );
  return { folder, site, python: join(folder, "bin", "python") };
}

/** As pip leaves a package: files, RECORD with their hashes, METADATA. */
function install(site: string, name: string, version: string, files: Readonly<Record<string, string>>): void {
  const info = join(site, `${name.replaceAll("-", "_")}-${version}.dist-info`);
  mkdirSync(info, { recursive: true });
  const rows: string[] = [];
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(site, path)), { recursive: true });
    writeFileSync(join(site, path), text);
    const hash = execFileSync(
      PYTHON,
      [
        "-c",
        "import sys,hashlib,base64; print(base64.urlsafe_b64encode(hashlib.sha256(open(sys.argv[1],'rb').read()).digest()).rstrip(b'=').decode())",
        join(site, path),
      ],
      { encoding: "utf8" },
    ).trim();
    rows.push(`${path},sha256=${hash},${text.length}`);
  }
  writeFileSync(join(info, "RECORD"), `${rows.join("\n")}\n`);
  writeFileSync(
    join(info, "METADATA"),
    `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n\ntext\n`,
  );
}

const search = (command: readonly string[] | string, env: Record<string, string> = {}, cwd = "/") =>
  ({ command, cwd, env: { PATH: process.env.PATH ?? "", HOME: "/nonexistent", ...env } }) as const;
const loud = ({ hooks }: HookReport): string[] =>
  hooks.filter(({ harmless }) => harmless === undefined).map(({ place }) => basename(place));

/** What Python itself runs: each hook is made to leave a mark. */
const mark = (name: string): string => `import os; open(os.environ['MARKS'] + '/${name}', 'w').close()\n`;

test("every hook that this Python runs at its start is listed, and nothing that it does not run", async (t) => {
  const { site, python, folder } = environment(t);
  const marks = join(folder, "marks");
  mkdirSync(marks);
  const path = join(folder, "path");
  mkdirSync(path);
  writeFileSync(join(site, "acme_telemetry.pth"), mark("pth"));
  writeFileSync(
    join(site, "second.pth"),
    `/usr/lib\n# import not\nimport\tos; open(os.environ['MARKS'] + '/tab', 'w').close()\n`,
  );
  writeFileSync(join(site, "paths.pth"), "/usr/share\n  import os; open('/never', 'w')\n");
  writeFileSync(join(site, ".hidden.pth"), mark("hidden"));
  writeFileSync(join(site, "upper.PTH"), mark("upper"));
  writeFileSync(join(site, "sitecustomize.py"), mark("sitecustomize"));
  mkdirSync(join(path, "usercustomize"));
  writeFileSync(join(path, "usercustomize", "__init__.py"), mark("usercustomize"));
  const found = loud(await startupHooks(search([python], { PYTHONPATH: path })));
  assert.deepEqual(found.toSorted(), ["__init__.py", "acme_telemetry.pth", "second.pth", "sitecustomize.py"]);
  assert.ok(!existsSync(join(marks, "pth")), "looking ran none of them");
  const env = { PATH: process.env.PATH ?? "", MARKS: marks, PYTHONPATH: path, HOME: folder };
  execFileSync(python, ["-c", "pass"], { env });
  const ran = (name: string): boolean => existsSync(join(marks, name));
  assert.deepEqual(
    ["pth", "tab", "sitecustomize"].map(ran),
    [true, true, true],
    "Python runs what is listed",
  );
  assert.deepEqual(["upper"].map(ran), [false]);
});

test("a hook added after the approval stands alone, with its package; an approved one that changes is new again", async (t) => {
  const { site, python } = environment(t);
  install(site, "acme-telemetry", "1.2", { "acme.pth": "import acme\n", "acme/__init__.py": "x = 1\n" });
  const first = await startupHooks(search([python]));
  const approved = first.hooks.map(approvalOf);
  assert.deepEqual(newHooks(first, approved), []);
  install(site, "litellm-like", "1.82.8", {
    "litellm_init.pth": "import os, base64; exec(base64.b64decode(''))\n",
  });
  const [added, ...more] = newHooks(await startupHooks(search([python])), approved);
  assert.equal(more.length, 0);
  assert.match(
    describeHook(added as never),
    /litellm_init\.pth \(litellm-like 1\.82\.8\) runs code at every start of Python/,
  );
  rmSync(join(site, "litellm_init.pth"));
  writeFileSync(join(site, "acme", "__init__.py"), "x = 2\n");
  assert.deepEqual(
    newHooks(await startupHooks(search([python])), approved).map(({ owner }) => owner?.package),
    ["acme-telemetry"],
  );
  const moved = environment(t, "another");
  install(moved.site, "acme-telemetry", "1.2", {
    "acme.pth": "import acme\n",
    "acme/__init__.py": "x = 1\n",
  });
  assert.deepEqual(
    newHooks(await startupHooks(search([moved.python])), approved),
    [],
    "the same hook elsewhere",
  );
});

test("setuptools' own hooks and editable installs make no noise; the same names with other code do", async (t) => {
  if (!hasPip()) return t.skip(NO_PIP);
  const packages = await pythonPackages(["setuptools==80.9.0"]);
  if (packages === null) return t.skip(NO_PIP);
  const { site, python } = environment(t);
  const from = (path: string): string => execFileSync("cat", [join(packages, path)], { encoding: "utf8" });
  const hack = from("_distutils_hack/__init__.py");
  const line = from("distutils-precedence.pth");
  install(site, "setuptools", "80.9.0", {
    "distutils-precedence.pth": line,
    "_distutils_hack/__init__.py": hack,
  });
  const finder = execFileSync(
    PYTHON,
    [
      "-c",
      "import sys; sys.path.insert(0, sys.argv[1])\nfrom setuptools.command import editable_wheel as e\nprint(e._finder_template('__editable__.acme_ml-0.1.finder', {'acme_ml': '/src/acme_ml', 'it': '/src/it\\'s'}, {'ns': ['/src/ns']}), end='')",
      packages,
    ],
    { encoding: "utf8" },
  );
  const editable = "import __editable___acme_ml_0_1_finder; __editable___acme_ml_0_1_finder.install()";
  install(site, "acme-ml", "0.1", {
    "__editable__.acme_ml-0.1.pth": editable,
    "__editable___acme_ml_0_1_finder.py": finder,
  });
  const report = await startupHooks(search([python]));
  assert.equal(report.hooks.length, 2);
  assert.deepEqual(loud(report), []);

  const noisy = async (change: () => void): Promise<string[]> => {
    change();
    return loud(await startupHooks(search([python])));
  };
  assert.deepEqual(
    await noisy(() => writeFileSync(join(site, "_distutils_hack", "__init__.py"), `${hack}\nimport evil\n`)),
    ["distutils-precedence.pth"],
  );
  writeFileSync(join(site, "_distutils_hack", "__init__.py"), hack);
  assert.deepEqual(
    await noisy(() =>
      writeFileSync(join(site, "distutils-precedence.pth"), `${line.trimEnd()}; import evil\n`),
    ),
    ["distutils-precedence.pth"],
  );
  writeFileSync(join(site, "distutils-precedence.pth"), line);
  const evils = [
    finder.replace("def install():", "def install():\n    import evil"),
    finder.replace("'acme_ml':", "'acme_ml' + __import__('evil').x:"),
    `${finder}\nimport evil\n`,
  ];
  for (const evil of evils) {
    assert.notEqual(evil, finder);
    assert.deepEqual(
      await noisy(() => writeFileSync(join(site, "__editable___acme_ml_0_1_finder.py"), evil)),
      ["__editable__.acme_ml-0.1.pth"],
    );
  }
});

test("namespace lines of the well-known form are silent, one with another word in it is not", async (t) => {
  const { site, python } = environment(t);
  const line = (name: string, extra = ""): string =>
    `import sys, types, os;has_mfs = sys.version_info > (3, 5);p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('${name}',));importlib = has_mfs and __import__('importlib.util');has_mfs and __import__('importlib.machinery');m = has_mfs and sys.modules.setdefault('${name}', importlib.util.module_from_spec(importlib.machinery.PathFinder.find_spec('${name}', [os.path.dirname(p)])));m = m or sys.modules.setdefault('${name}', types.ModuleType('${name}'));mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)${extra}\n`;
  writeFileSync(join(site, "google-nspkg.pth"), line("google"));
  writeFileSync(join(site, "evil-nspkg.pth"), line("evil", ";__import__('evil')"));
  assert.deepEqual(loud(await startupHooks(search([python]))), ["evil-nspkg.pth"]);
});

test("the interpreter is found behind scripts, wrappers and shell lines; a plain program has none", (t) => {
  const { folder, python } = environment(t);
  const script = (name: string, first: string): string => {
    const path = join(folder, "bin", name);
    writeFileSync(path, `${first}\n`);
    chmodSync(path, 0o755);
    return path;
  };
  const torchrun = script("torchrun", `#!${python}`);
  const viaEnv = script("tool", "#!/usr/bin/env python");
  const shell = script("build", "#!/bin/sh");
  const env = { PATH: [join(folder, "bin"), "/usr/bin", "/bin"].join(delimiter) };
  const pythons = (command: readonly string[] | string): readonly string[] =>
    interpretersOf(search(command, env, folder)).python;
  for (const command of [
    [python, "train.py"],
    ["python"],
    [torchrun],
    ["torchrun"],
    [viaEnv],
    ["timeout", "5m", "python", "x.py"],
    ["env", "A=1", "python"],
    "cd x && python train.py | tee log",
    "A=1 bin/python train.py",
    ["sh", "-c", "exec python train.py"],
  ])
    assert.deepEqual(
      pythons(command).map((path) => join(folder, "bin", basename(path))),
      [python],
      JSON.stringify(command),
    );
  assert.ok(pythons([shell]).includes(python), "what a script starts is not known");
  assert.deepEqual([pythons(["true"]), pythons("true; ls"), pythons(["no-such-program"])], [[], [], []]);
  assert.equal(interpretersOf(search(["npm", "test"], { PATH: process.env.PATH ?? "" })).node, true);
});

test("variables and configurations that run or load other things are hooks; other lines of those files are not", async (t) => {
  const { folder } = environment(t);
  mkdirSync(join(folder, ".config", "pip"), { recursive: true });
  writeFileSync(
    join(folder, ".npmrc"),
    "registry=https://registry.example\n; node-options=x\nnode-options=--require ./x.js\n",
  );
  writeFileSync(
    join(folder, ".config", "pip", "pip.conf"),
    "[global]\ntimeout = 60\nextra-index-url = https://pypi.example/simple\n",
  );
  const env = { HOME: folder, LD_PRELOAD: "/tmp/x.so", NODE_OPTIONS: "", PATH: process.env.PATH ?? "" };
  const of = async (command: readonly string[]): Promise<string[]> =>
    (await startupHooks(search(command, env, folder))).hooks
      .map(({ kind, place }) => `${kind} ${basename(place)}`)
      .toSorted();
  assert.deepEqual(await of(["npm", "start"]), ["npm .npmrc", "pip pip.conf", "variable LD_PRELOAD"]);
  assert.deepEqual(await of(["true"]), ["pip pip.conf", "variable LD_PRELOAD"]);
});

test("hostile folders end in an answer: endless, unreadable and strange files", async (t) => {
  const { site, python } = environment(t);
  symlinkSync("loop.pth", join(site, "loop.pth"));
  execFileSync("mkfifo", [join(site, "fifo.pth")]);
  mkdirSync(join(site, "folder.pth"));
  writeFileSync(join(site, "huge.pth"), `import x${" ".repeat(2_000_000)}\n`);
  writeFileSync(join(site, "bytes.pth"), Buffer.from([0xff, 0xfe, 0x0a, ...Buffer.from("import os\n")]));
  const report = await startupHooks(search([python]));
  assert.deepEqual(loud(report), ["bytes.pth", "huge.pth"]);
  const absent = await startupHooks(search(["/nonexistent/python"]));
  assert.deepEqual([absent.hooks, absent.interpreters], [[], []]);
});
