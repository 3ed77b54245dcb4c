/** What would be published, compared with what npm and the build backends themselves pack. */
import assert from "node:assert/strict";
import { type SpawnSyncReturns, execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { NO_PIP, pythonPackages } from "../../../test/support/python.ts";
import { publishedBy } from "./index.ts";

const ENV_FILES = [".env", "src/.env", "src/config/prod.env", "pkg/.env", "pkg/data/local.env", "docs/.env"];
const OTHERS: Readonly<Record<string, string>> = {
  "index.js": "",
  "src/a.js": "",
  "pkg/__init__.py": '"""A package."""\n__version__ = "1.0"\n',
  "README.md": "x",
};

function folderWith(t: TestContext, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-published-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const all = { ...Object.fromEntries(ENV_FILES.map((path) => [path, "KEY=x\n"])), ...OTHERS, ...files };
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

const judged = async (folder: string, title: string): Promise<string[]> =>
  [...(await publishedBy(folder, ENV_FILES))].filter(([, by]) => by.includes(title)).map(([path]) => path);

const NPM: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "no list: everything": {},
  "files: a folder": { "package.json": JSON.stringify({ files: ["src"] }) },
  "files: globs and a negation": {
    "package.json": JSON.stringify({ files: ["src/**/*.env", "pkg/", "!pkg/data"] }),
  },
  "files: the root's glob": { "package.json": JSON.stringify({ files: ["*.env", "index.js"] }) },
  "an .npmignore": { ".npmignore": ".env\n" },
  "a .gitignore": { ".gitignore": "*.env\n!src/config/prod.env\n" },
  "an .npmignore in place of the .gitignore": { ".gitignore": "*.env\n", ".npmignore": "docs\n" },
};

test("npm: the same files as `npm pack`", async (t) => {
  for (const [name, { "package.json": more = "{}", ...files }] of Object.entries(NPM)) {
    const manifest = { name: "published", version: "1.0.0", ...(JSON.parse(more) as object) };
    const folder = folderWith(t, { ...files, "package.json": JSON.stringify(manifest) });
    const [pack] = JSON.parse(
      execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts", "--silent"], {
        cwd: folder,
        encoding: "utf8",
      }),
    ) as [{ files: { path: string }[] }];
    const packed = pack.files.map(({ path }) => path).filter((path) => ENV_FILES.includes(path));
    assert.deepEqual((await judged(folder, "the npm package")).sort(), packed.sort(), name);
  }
  const hidden = folderWith(t, {
    "package.json": JSON.stringify({ name: "a", version: "1.0.0", private: true }),
  });
  assert.deepEqual(await judged(hidden, "the npm package"), []);
  assert.deepEqual(await judged(folderWith(t, { "package.json": "{" }), "the npm package"), []);
});

const project = (backend: string, requires: string, more = ""): string =>
  `[project]\nname = "pkg"\nversion = "1.0"\ndescription = "x"\n[build-system]\nrequires = ["${requires}"]\nbuild-backend = "${backend}"\n${more}`;

const PYTHON: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  hatchling: { "pyproject.toml": project("hatchling.build", "hatchling") },
  "hatchling with a .gitignore": {
    "pyproject.toml": project("hatchling.build", "hatchling"),
    ".gitignore": ".env\n",
  },
  "hatchling, include and exclude": {
    "pyproject.toml": project(
      "hatchling.build",
      "hatchling",
      '[tool.hatch.build.targets.sdist]\ninclude = ["pkg", "docs"]\nexclude = ["pkg/data"]\n',
    ),
  },
  flit: { "pyproject.toml": project("flit_core.buildapi", "flit_core") },
  "flit, include": {
    "pyproject.toml": project(
      "flit_core.buildapi",
      "flit_core",
      '[tool.flit.sdist]\ninclude = ["docs/*"]\nexclude = ["pkg/.env"]\n',
    ),
  },
  poetry: { "pyproject.toml": project("poetry.core.masonry.api", "poetry-core") },
  setuptools: {
    "pyproject.toml": project(
      "setuptools.build_meta",
      "setuptools",
      '[tool.setuptools]\npackages = ["pkg"]\n',
    ),
  },
  "setuptools, MANIFEST.in": {
    "pyproject.toml": project(
      "setuptools.build_meta",
      "setuptools",
      '[tool.setuptools]\npackages = ["pkg"]\n',
    ),
    "MANIFEST.in":
      "include .env # oops\ngraft pkg\nrecursive-exclude pkg/data *.env\nrecursive-include src *.env\n",
  },
  "setuptools, global-include": {
    "pyproject.toml": project(
      "setuptools.build_meta",
      "setuptools",
      '[tool.setuptools]\npackages = ["pkg"]\n',
    ),
    "MANIFEST.in": "global-include *.env\nprune docs\n",
  },
};

test("Python: the same files as each build backend's sdist", { timeout: 120_000 }, async (t) => {
  const packages = await pythonPackages([
    "hatchling==1.27.0",
    "flit_core==3.12.0",
    "poetry-core==2.1.3",
    "setuptools==80.9.0",
  ]);
  if (packages === null) return t.skip(NO_PIP);
  for (const [name, files] of Object.entries(PYTHON)) {
    const folder = folderWith(t, files);
    const [, backend = ""] = /build-backend = "([^"]+)"/.exec(files["pyproject.toml"] ?? "") ?? [];
    const script = `import sys, tarfile, ${backend} as b\nname = b.build_sdist("dist")\nfor m in tarfile.open("dist/" + name): sys.stderr.write("packed " + m.name.split("/", 1)[-1] + "\\n")`;
    mkdirSync(join(folder, "dist"));
    const env: NodeJS.ProcessEnv = { PATH: process.env.PATH ?? "", PYTHONPATH: packages };
    const done: SpawnSyncReturns<string> = spawnSync("python3", ["-c", script], {
      cwd: folder,
      encoding: "utf8",
      env,
    });
    assert.equal(done.status, 0, `${name}: ${done.stderr}`);
    const packed = [...done.stderr.matchAll(/^packed (.*)$/gm)]
      .map(([, path = ""]) => path)
      .filter((path) => ENV_FILES.includes(path));
    assert.deepEqual((await judged(folder, "the Python sdist")).sort(), packed.sort(), name);
  }
});

test("hostile packaging files say nothing and stop nothing", async (t) => {
  const folder = folderWith(t, {
    "pyproject.toml": "\0[[[",
    "MANIFEST.in": "include [\nglobal-include ***?[\n\\\n",
    "package.json": "[1]",
  });
  assert.equal((await publishedBy(folder, ENV_FILES)).size, 0);
  rmSync(join(folder, "package.json"));
  execFileSync("mkfifo", [join(folder, "package.json")]);
  symlinkSync("/dev/zero", join(folder, "setup.cfg"));
  assert.equal((await publishedBy(folder, ENV_FILES)).size, 0);
});
