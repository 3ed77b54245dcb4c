/**
 * Hooks that are on most machines and do nothing to worry about. Each is recognised by its whole text and by what stands beside it, never by
 * its name: a name is what an attacker would take.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isAsInstalled } from "./owner.ts";

/** Each part with its length, so that no two lists of parts give the same. */
export function digestOf(parts: readonly Buffer[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}

/** Why the lines of this file make no noise; null: they do. */
export function harmlessBecause(folder: string, name: string, code: readonly string[]): string | null {
  const [line = ""] = code;
  if (code.length !== 1) return null;
  if (name === "distutils-precedence.pth" && DISTUTILS.test(line))
    return isAsInstalled(folder, "_distutils_hack/__init__.py", "setuptools") ? "setuptools' own" : null;
  if (NAMESPACE.test(line)) return "makes a namespace package, by its own line alone";
  const editable = EDITABLE.exec(line)?.[1];
  if (editable !== undefined && isFinder(join(folder, `${editable}.py`)))
    return "an editable installation by setuptools";
  return null;
}

/** setuptools 50 and later; the default changed once. */
const DISTUTILS =
  /^import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os\.environ\.get\(var, '(?:local|stdlib)'\) == 'local'; enabled and __import__\('_distutils_hack'\)(?:\.add_shim\(\))?;? *$/;

/** What `pkg_resources`-style namespace packages install: one line, in which only the package's names differ. */
const NAMES = String.raw`\*?\((?:'[A-Za-z0-9_]{1,80}',? ?)+\)`;
const NAMESPACE = new RegExp(
  String.raw`^import sys, types, os;(?:has_mfs = sys\.version_info > \(3, 5\);)?p = os\.path\.join\(sys\._getframe\(1\)\.f_locals\['sitedir'\], ${NAMES}\);` +
    String.raw`importlib = has_mfs and __import__\('importlib\.util'\);has_mfs and __import__\('importlib\.machinery'\);` +
    String.raw`m = has_mfs and sys\.modules\.setdefault\('[A-Za-z0-9_.]{1,80}', importlib\.util\.module_from_spec\(importlib\.machinery\.PathFinder\.find_spec\('[A-Za-z0-9_.]{1,80}', \[os\.path\.dirname\(p\)\]\)\)\);` +
    String.raw`m = m or sys\.modules\.setdefault\('[A-Za-z0-9_.]{1,80}', types\.ModuleType\('[A-Za-z0-9_.]{1,80}'\)\);` +
    String.raw`mp = \(m or \[\]\) and m\.__dict__\.setdefault\('__path__',\[\]\);\(p not in mp\) and mp\.append\(p\)` +
    String.raw`(?:;m and setattr\(sys\.modules\['[A-Za-z0-9_.]{1,80}'\], '[A-Za-z0-9_]{1,80}', m\))?$`,
);

const EDITABLE = /^import (__editable___[A-Za-z0-9_]+_finder); \1\.install\(\)$/;

/** The finder that setuptools writes, without its three tables: SHA-256 of its text, and the first version that wrote it so. */
const FINDERS: ReadonlyMap<string, string> = new Map([
  ["60b431d3454b6bf9814b87f472bf042ff07a8b891d5c5126a918fe4ff580ad28", "64.0"],
  ["0c36320e8eedab5c8e7538977942ffa49d24400ad0d910ba44b8ba40b55ab99a", "65.1"],
  ["8175b820a6abc93a012c813ea7985a41d822bb8e77ab47065ba1fc30b893ae95", "65.3"],
  ["0e5bcc05b4d7e45054c80e741e6ee3dff40dacd19717fbd022a9df826d7dd715", "68.1"],
  ["3eb6420f1b1805c66cc3b04b2f02057394d4c2251bbdf04903a1fde02b848b63", "68.2"],
  ["4ced921b5fab5cc35f58cefd29a5babfeef3f9a4cd2f1808489034a6516c5aec", "70.0"],
  ["cb5e343beaeba5b2c781c9456a4a77e9faab39a176638c6b6e2841d891e26ddc", "71.0"],
]);

/** Tables of plain text and nothing else: an expression among them would run. */
const TEXT = String.raw`'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"`;
const LIST = String.raw`\[(?:(?:${TEXT})(?:, )?)*\]`;
const TABLE = new RegExp(
  String.raw`^(?:MAPPING|NAMESPACES)(?:: dict\[str, (?:str|list\[str\])\])? = \{(?:(?:${TEXT}): (?:${TEXT}|${LIST})(?:, )?)*\}$|^PATH_PLACEHOLDER = (?:${TEXT}) \+ "\.__path_hook__"$`,
);

/** An editable installation: the line starts a finder that setuptools wrote, which maps names to folders and does nothing else. */
function isFinder(path: string): boolean {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return false;
  }
  const lines = text.split("\n");
  const tables = lines.filter((line) => /^(?:MAPPING|NAMESPACES|PATH_PLACEHOLDER)\b/.test(line));
  const rest = lines
    .filter((line) => !tables.includes(line))
    .join("\n")
    .trim();
  const known = FINDERS.has(createHash("sha256").update(rest).digest("hex"));
  return known && tables.length === 3 && tables.every((line) => TABLE.test(line));
}
