/**
 * What a Python source distribution takes, by build backend: hatchling everything that git does not ignore, flit and poetry all files of
 * the package, setuptools what MANIFEST.in and package data name (or all tracked files with a plug-in for that).
 */
import { join } from "node:path";
import ignore from "ignore";
import { parse } from "smol-toml";
import type { Packs } from "./npm.ts";
import { readText } from "./read.ts";

type Table = Readonly<Record<string, unknown>>;

interface Sources {
  readonly project: Table;
  readonly requires: readonly string[];
  readonly gitignore: string;
  readonly manifestIn: string;
}

/** One row a backend; the first whose name the build system gives. */
const BACKENDS: readonly (readonly [RegExp, (sources: Sources) => Packs])[] = [
  [/^hatchling/, hatchling],
  [/^flit/, flit],
  [/^poetry/, poetry],
  [/^setuptools/, setuptools],
];

/** Null where no sdist is built here, or by a backend that is not known. */
export async function sdistPacks(root: string): Promise<Packs | null> {
  const text = await readText(join(root, "pyproject.toml"));
  const project = text === null ? {} : parsed(text);
  const legacy =
    (await readText(join(root, "setup.py"))) !== null || (await readText(join(root, "setup.cfg"))) !== null;
  const system = table(project["build-system"]);
  const named = system["build-backend"];
  const publishes = typeof named === "string" || legacy || project.project !== undefined;
  if (!publishes) return null;
  const backend = BACKENDS.find(([name]) => name.test(typeof named === "string" ? named : "setuptools"));
  return (
    backend?.[1]({
      project,
      requires: strings(system.requires),
      gitignore: (await readText(join(root, ".gitignore"))) ?? "",
      manifestIn: (await readText(join(root, "MANIFEST.in"))) ?? "",
    }) ?? null
  );
}

const table = (value: unknown): Table =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Table) : {};
const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one): one is string => typeof one === "string") : [];
const at = (project: Table, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((value, key) => table(value)[key], project);

function parsed(text: string): Table {
  try {
    return parse(text);
  } catch {
    return {}; // no backend would build it
  }
}

function hatchling({ project, gitignore }: Sources): Packs {
  const setting = (key: string): string[] => [
    ...strings(at(project, "tool", "hatch", "build", "targets", "sdist", key)),
    ...strings(at(project, "tool", "hatch", "build", key)),
  ];
  const only = setting("only-include");
  const include = setting("include");
  const hidden = ignore().add(gitignore).add(setting("exclude"));
  const wanted = ignore().add([...include, ...only.map((path) => `/${path.replace(/^\.?\/+|\/+$/g, "")}`)]);
  const all = include.length === 0 && only.length === 0;
  const forced = new Set(setting("artifacts"));
  return (path) => forced.has(path) || (!hidden.ignores(path) && (all || wanted.ignores(path)));
}

/** `src/NAME/` or `NAME/`, all of it. */
function insidePackage(name: unknown, path: string): boolean {
  if (typeof name !== "string") return false;
  const folder = name.replace(/[-.]/g, "_").toLowerCase();
  const lower = path.toLowerCase();
  return lower.startsWith(`${folder}/`) || lower.startsWith(`src/${folder}/`);
}

function flit({ project }: Sources): Packs {
  const name = at(project, "tool", "flit", "module", "name") ?? at(project, "project", "name");
  // flit asks Python's glob, whose wildcards pass over names that begin with a dot
  const patterns = strings(at(project, "tool", "flit", "sdist", "include"));
  const include = patterns.map((one) => glob(one, { anywhere: false, dots: false }));
  const exclude = ignore().add(strings(at(project, "tool", "flit", "sdist", "exclude")));
  return (path) =>
    (insidePackage(name, path) || include.some((one) => one.test(path))) && !exclude.ignores(path);
}

function poetry({ project, gitignore }: Sources): Packs {
  const name = at(project, "tool", "poetry", "name") ?? at(project, "project", "name");
  const listed = at(project, "tool", "poetry", "include");
  const include = (Array.isArray(listed) ? listed : []).map((one: unknown) =>
    typeof one === "string" ? one : table(one).path,
  );
  const wanted = ignore().add(strings(include));
  const hidden = ignore()
    .add(gitignore)
    .add(strings(at(project, "tool", "poetry", "exclude")));
  return (path) => wanted.ignores(path) || (insidePackage(name, path) && !hidden.ignores(path));
}

/** Plug-ins that make setuptools take every tracked file. */
const TAKES_TRACKED = /^setuptools[-_](?:scm|git)/;

function setuptools({ project, requires, gitignore, manifestIn }: Sources): Packs {
  const ignored = ignore().add(gitignore);
  const tracked = requires.some((one) => TAKES_TRACKED.test(one));
  const data = Object.values(table(at(project, "tool", "setuptools", "package-data"))).flatMap(strings);
  const packageData = ignore().add(data);
  const judged = manifest(manifestIn);
  return (path) => {
    const said = judged(path);
    if (said !== null) return said;
    return (tracked && !ignored.ignores(path)) || (path.includes("/") && packageData.ignores(path));
  };
}

/** The template's lines in order, the last that speaks of a path decides; null where none does. */
function manifest(text: string): (path: string) => boolean | null {
  const rules = text
    .replace(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, "").trim().split(/\s+/))
    .flatMap(([command = "", ...words]) => {
      const rule = COMMANDS[command];
      return rule === undefined ? [] : [{ takes: rule.takes, test: rule.test(words) }];
    });
  return (path) => rules.findLast(({ test }) => test(path))?.takes ?? null;
}

interface GlobOptions {
  /** At any depth. */
  readonly anywhere: boolean;
  /** Whether wildcards take a leading dot. */
  readonly dots: boolean;
}

const glob = (pattern: string, { anywhere, dots }: GlobOptions): RegExp => {
  const source = pattern
    .replace(/^\.?\/+|\/+$/g, "")
    .replace(/[.+^${}()|\\]/g, "\\$&")
    .replace(/\*+/g, "[^/]*")
    .replace(/\?/g, "[^/]")
    .replace(/(^|\/)(?=\[)/g, dots ? "$1" : "$1(?!\\.)");
  try {
    return new RegExp(`${anywhere ? "(?:^|/)" : "^"}${source}$`);
  } catch {
    return /(?!)/; // an unclosed class matches nothing
  }
};

type Test = (path: string) => boolean;
const any = (patterns: readonly string[], anywhere: boolean): Test => {
  const all = patterns.map((pattern) => glob(pattern, { anywhere, dots: true }));
  return (path) => all.some((one) => one.test(path));
};
const below = ([folder = "", ...patterns]: readonly string[]): Test => {
  const prefix = `${folder.replace(/^\.?\/+|\/+$/g, "")}/`;
  const inside = any(patterns, true);
  return (path) => (prefix === "/" || prefix === "./" || path.startsWith(prefix)) && inside(path);
};
const whole = (folders: readonly string[]): Test => {
  const prefixes = folders.map((folder) => folder.replace(/^\.?\/+|\/+$/g, ""));
  return (path) => prefixes.some((one) => one === "" || one === "." || path.startsWith(`${one}/`));
};

const COMMANDS: Readonly<
  Record<string, { readonly takes: boolean; readonly test: (words: readonly string[]) => Test }>
> = {
  include: { takes: true, test: (words) => any(words, false) },
  exclude: { takes: false, test: (words) => any(words, false) },
  "recursive-include": { takes: true, test: below },
  "recursive-exclude": { takes: false, test: below },
  "global-include": { takes: true, test: (words) => any(words, true) },
  "global-exclude": { takes: false, test: (words) => any(words, true) },
  graft: { takes: true, test: whole },
  prune: { takes: false, test: whole },
};
