/** Which scripts are the pipeline's steps, and which of the repository's own files each of them runs. */
import { providerForPackage } from "../../providers/lookup.ts";
import type { Provider } from "../../providers/types.ts";
import { asName } from "../check.ts";
import { type FileFacts, type FileSort, scriptOf } from "./readers.ts";

export interface KnownFile extends FileFacts {
  readonly path: string;
  readonly sort: FileSort;
  readonly text: string;
}

export interface FoundStage {
  readonly name: string;
  readonly run: string;
  /** The script, relative to the root. */
  readonly script: string;
  /** The script and the local files it imports. */
  readonly files: readonly string[];
}

/** Steps of pipelines in the order in which they usually follow each other. */
const STEPS =
  "download fetch collect ingest extract load prepare prep preprocess clean label feature embed index tokenize pretrain train finetune fine-tune tune evaluate eval validate benchmark export register publish push deploy serve predict infer score monitor app api server".split(
    " ",
  );
const NO_STAGE =
  /(?:^|\/)(?:test_[^/]*|[^/]*_test|conftest|setup|manage|__init__|noxfile|tasks)\.py$|\.(?:test|spec|config)\.[cm]?[jt]s$|\.d\.ts$/;
const HOMES = /^(?:(?:scripts|src|jobs|pipelines?|stages|steps|bin|app)\/)?[^/]+$/;

export function findStages(files: readonly KnownFile[]): readonly FoundStage[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const imported = new Set(files.flatMap((file) => [...localImports(file, byPath)]));
  const scripts = new Map<string, { name: string | null; run: string }>();
  for (const { sort, commands } of files)
    for (const { name, command } of commands) {
      const script = scriptOf(command);
      if (script === null || !byPath.has(script)) continue;
      const known = scripts.get(script);
      // A workflow's line says that the script is run; a pipeline file also says what the step is called.
      if (known === undefined)
        scripts.set(script, { name, run: sort === "workflow" ? usualRun(script) : command.trim() });
      else if (known.name === null && name !== null) scripts.set(script, { name, run: command.trim() });
    }
  for (const file of files)
    if (!scripts.has(file.path) && !imported.has(file.path) && looksLikeStage(file, byPath))
      scripts.set(file.path, { name: null, run: usualRun(file.path) });
  const taken = new Set<string>();
  return [...scripts]
    .filter(([script]) => !NO_STAGE.test(script))
    .sort(([a], [b]) => stepOf(a) - stepOf(b) || (a < b ? -1 : 1))
    .map(([script, { name, run }]) => {
      const unique = stageName(name, script, taken);
      taken.add(unique);
      return { name: unique, run, script, files: reach(script, byPath) };
    });
}

/** `huggingface_hub.utils` is the package `huggingface_hub`. */
export function importedProvider(name: string): Provider | undefined {
  const parts = name.split(".");
  for (let length = Math.min(parts.length, 3); length > 0; length--) {
    const found = providerForPackage(parts.slice(0, length).join("."));
    if (found !== undefined) return found;
  }
  return undefined;
}

function looksLikeStage(file: KnownFile, byPath: ReadonlyMap<string, KnownFile>): boolean {
  const { path, sort, text } = file;
  if (!HOMES.test(path) || NO_STAGE.test(path)) return false;
  if (sort !== "python" && sort !== "javascript" && sort !== "shell") return false;
  if (stepOf(path) < STEPS.length) return true;
  const runs = sort !== "python" || /__name__\s*==\s*["']__main__["']/.test(text);
  return (
    runs &&
    reach(path, byPath).some((one) => {
      const { variables = [], packages = [] } = byPath.get(one) ?? {};
      return variables.length > 0 || packages.some((name) => importedProvider(name) !== undefined);
    })
  );
}

/** Place in the usual order; `STEPS.length` for a name that says nothing. */
function stepOf(path: string): number {
  const stem = (path.slice(path.lastIndexOf("/") + 1).split(".")[0] ?? "").toLowerCase();
  const words = stem.replace(/^\d+[-_]?/, "").split(/[-_]/);
  const found = STEPS.findIndex((step) =>
    words.some((word) => word === step || (step.length > 4 && word.startsWith(step))),
  );
  return found < 0 ? STEPS.length : found;
}

const usualRun = (script: string): string =>
  `${script.endsWith(".py") ? "python3" : script.endsWith(".sh") ? "bash" : "node"} ${script}`;

function stageName(given: string | null, script: string, taken: ReadonlySet<string>): string {
  const stem = script.replace(/\.[^./]+$/, "");
  const choices = [given ?? "", stem.slice(stem.lastIndexOf("/") + 1), stem, script].map(asName);
  const free = choices.find((name) => name !== "" && !taken.has(name));
  if (free !== undefined) return free;
  for (let number = 2; ; number++) if (!taken.has(`stage-${number}`)) return `stage-${number}`;
}

/** The script and every local file that it imports, directly or not. */
function reach(script: string, byPath: ReadonlyMap<string, KnownFile>): readonly string[] {
  const seen = new Set([script]);
  for (const path of seen) {
    const file = byPath.get(path);
    if (file !== undefined) for (const next of localImports(file, byPath)) seen.add(next);
  }
  return [...seen];
}

function localImports(file: KnownFile, byPath: ReadonlyMap<string, KnownFile>): ReadonlySet<string> {
  const folder = file.path.includes("/") ? file.path.slice(0, file.path.lastIndexOf("/") + 1) : "";
  const found = new Set<string>();
  for (const name of file.imports)
    for (const path of file.sort === "python" ? pythonPaths(name, folder) : scriptPaths(name, folder))
      if (byPath.has(path) && path !== file.path) found.add(path);
  return found;
}

function pythonPaths(name: string, folder: string): readonly string[] {
  const dots = /^\.*/.exec(name)?.[0].length ?? 0;
  const tail = name.slice(dots).replaceAll(".", "/");
  const base = dots === 0 ? null : folder.split("/").slice(0, -dots).join("/");
  const roots = base === null ? [folder, "", "src/"] : [base === "" ? "" : `${base}/`];
  return roots.flatMap((root) =>
    tail === "" ? [`${root}__init__.py`] : [`${root}${tail}.py`, `${root}${tail}/__init__.py`],
  );
}

function scriptPaths(name: string, folder: string): readonly string[] {
  if (!name.startsWith(".")) return [];
  const parts: string[] = folder.split("/").filter((part) => part !== "");
  for (const part of name.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  const path = parts.join("/");
  return [path, ...[".js", ".mjs", ".ts", "/index.js", "/index.ts"].map((end) => `${path}${end}`)];
}
