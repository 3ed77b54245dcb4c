/**
 * Start-up hooks of a Python: lines of `.pth` files that begin with `import`, `.start` files (PEP 829), `sitecustomize` and
 * `usercustomize` wherever its start looks for them. The interpreter is asked for its folders with `-I -S`, so that none of them runs.
 */
import { execFile } from "node:child_process";
import { type Dirent, type Stats, existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { digestOf, harmlessBecause } from "./harmless.ts";
import { ownerOf } from "./owner.ts";
import type { HookKind, StartupHook } from "./types.ts";

const ANSWER_MS = 10_000;
const LARGEST = 1_048_576;

const QUESTION = `
import sys, os, site, json
venv = sys.argv[1]
prefixes = [venv] if venv else None
print(json.dumps({
  "site": site.getsitepackages(prefixes) if prefixes else site.getsitepackages(),
  "base": site.getsitepackages([sys.base_prefix, sys.base_exec_prefix]),
  "user": site.getusersitepackages(),
  "library": os.path.dirname(os.__file__),
}))`;

interface Folders {
  /** Where `.pth` and `.start` files count. */
  readonly site: readonly string[];
  /** Where the two modules are looked for besides. */
  readonly modules: readonly string[];
}

/** Null where the interpreter does not answer. */
export async function pythonHooks(
  interpreter: string,
  env: Readonly<Record<string, string>>,
): Promise<{ readonly hooks: readonly StartupHook[]; readonly folders: readonly string[] } | null> {
  const folders = await foldersOf(interpreter, env);
  if (folders === null) return null;
  const hooks: StartupHook[] = [];
  for (const folder of folders.site)
    for (const entry of entries(folder)) {
      const hook = entry.name.endsWith(".pth")
        ? pathFile(folder, entry.name)
        : entry.name.endsWith(".start")
          ? file("start", join(folder, entry.name), "calls functions at every start of Python")
          : null;
      if (hook !== null) hooks.push(hook);
    }
  for (const folder of new Set([...folders.site, ...folders.modules]))
    for (const entry of entries(folder)) {
      if (!/^(?:site|user)customize(?:$|\.(?:py|pyc|so|abi3\.so|cpython-.*\.so|.*\.pyd))$/.test(entry.name))
        continue;
      hooks.push(...moduleHooks(folder, entry));
    }
  return { hooks, folders: [...new Set([...folders.site, ...folders.modules])] };
}

async function foldersOf(
  interpreter: string,
  env: Readonly<Record<string, string>>,
): Promise<Folders | null> {
  const venv = virtualEnvironment(interpreter);
  // Nothing of the caller's but what finds the interpreter: it must load nothing of its own on the way.
  const {
    PATH = "/usr/bin:/bin",
    HOME = "/",
    PYENV_ROOT,
    PYENV_VERSION,
    CONDA_PREFIX,
    LD_LIBRARY_PATH,
  } = env;
  const given = { PATH, HOME, PYENV_ROOT, PYENV_VERSION, CONDA_PREFIX, LD_LIBRARY_PATH };
  const answer = await new Promise<string | null>((resolve) => {
    const options = { env: { ...given } as NodeJS.ProcessEnv, timeout: ANSWER_MS, encoding: "utf8" as const };
    execFile(interpreter, ["-I", "-S", "-c", QUESTION, venv?.folder ?? ""], options, (error, stdout) =>
      resolve(error === null ? stdout : null),
    );
  });
  if (answer === null) return null;
  let said: Readonly<Record<"site" | "base", readonly string[]> & Record<"user" | "library", string>>;
  try {
    said = JSON.parse(answer) as typeof said;
  } catch {
    return null;
  }
  const system = venv === null ? [] : venv.system ? said.base : [];
  const user = (venv === null || venv.system) && !env.PYTHONNOUSERSITE ? [said.user] : [];
  const path = (env.PYTHONPATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return { site: [...new Set([...said.site, ...system, ...user])], modules: [...path, said.library] };
}

/** Python's own rule: `pyvenv.cfg` beside the program or one folder up. */
function virtualEnvironment(
  interpreter: string,
): { readonly folder: string; readonly system: boolean } | null {
  const here = dirname(interpreter);
  for (const folder of [here, dirname(here)]) {
    const path = join(folder, "pyvenv.cfg");
    if (!existsSync(path)) continue;
    return {
      folder,
      system: /^\s*include-system-site-packages\s*=\s*true\s*$/im.test(readFileSync(path, "utf8")),
    };
  }
  return null;
}

function entries(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // a folder that is not there holds nothing
  }
}

/** Only lines that begin with `import` and a blank run; a path that they add is not followed. A hidden file is not read. */
function pathFile(folder: string, name: string): StartupHook | null {
  if (name.startsWith(".")) return null;
  const path = join(folder, name);
  const text = read(path)
    ?.toString("latin1")
    .replace(/^\u00ef\u00bb\u00bf/, "");
  if (text === undefined) return unreadable("pth", path);
  const code = text.split(/\r\n|\r|\n/).filter((line) => /^import[ \t]/.test(line));
  if (code.length === 0) return null;
  // With a `.start` of its name, a Python that knows those leaves the lines alone; an older one does not.
  const beside = besideModules(folder, code);
  const harmless = harmlessBecause(folder, name, code);
  return {
    kind: "pth",
    place: path,
    effect: "runs code at every start of Python",
    owner: ownerOf(folder, name),
    digest: digestOf([
      ...code.map((line) => Buffer.from(line, "latin1")),
      ...beside.map(({ bytes }) => bytes),
    ]),
    changed: changedAt(path),
    files: [path, ...beside.map((one) => one.path)],
    ...(harmless !== null && { harmless }),
  };
}

/** What the lines import from the same folder: exchanging that is exchanging the hook. */
function besideModules(folder: string, code: readonly string[]): { path: string; bytes: Buffer }[] {
  const names = code.flatMap((line) => line.match(/[A-Za-z_][A-Za-z0-9_]*/g) ?? []);
  return [...new Set(names)].flatMap((name) => {
    const candidates = [join(folder, `${name}.py`), join(folder, name, "__init__.py")];
    return candidates.flatMap((path) => {
      const bytes = existsSync(path) ? read(path) : null;
      return bytes === null ? [] : [{ path, bytes }];
    });
  });
}

function moduleHooks(folder: string, entry: Dirent): StartupHook[] {
  const path = join(folder, entry.name);
  const effect = "is imported at every start of Python";
  if (!isFolder(path)) {
    const hook = file("module", path, effect);
    return hook === null ? [] : [hook];
  }
  return entries(path)
    .filter(({ name }) => name.startsWith("__init__."))
    .flatMap(({ name }) => file("module", join(path, name), effect) ?? []);
}

function file(kind: HookKind, path: string, effect: string): StartupHook | null {
  const bytes = read(path);
  if (bytes === null) return unreadable(kind, path);
  return {
    kind,
    place: path,
    effect,
    owner: ownerOf(dirname(path), basename(path)),
    digest: digestOf([bytes]),
    changed: changedAt(path),
    files: [path],
  };
}

/** What we may not read the job may not either, unless it is larger than any honest hook. */
function unreadable(kind: HookKind, path: string): StartupHook | null {
  const size = statOf(path)?.size ?? 0;
  if (size <= LARGEST) return null;
  const digest = digestOf([Buffer.from(`${size} ${changedAt(path) ?? 0}`)]);
  return {
    kind,
    place: path,
    effect: `is ${size} bytes, too many for a hook`,
    owner: null,
    digest,
    changed: changedAt(path),
  };
}

function read(path: string): Buffer | null {
  try {
    const stat = statOf(path);
    return stat?.isFile() === true && stat.size <= LARGEST ? readFileSync(path) : null;
  } catch {
    return null;
  }
}

const isFolder = (path: string): boolean => statOf(path)?.isDirectory() === true;
const changedAt = (path: string): number | null => {
  const time = statOf(path)?.mtimeMs;
  return time === undefined ? null : Math.round(time);
};

/** Undefined for what is not there or cannot be followed. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
