/** Text of a declaration → `Manifest`, or every problem with it. */
import { readFile, stat } from "node:fs/promises";
import { dirname, join, resolve as absolute } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import { allProviders } from "../providers/all.ts";
import { Checker } from "./check.ts";
import { ManifestError, Problems, type Problem } from "./problems.ts";
import { resolve } from "./resolve.ts";
import { manifestShape } from "./schema.ts";
import type { At, Manifest } from "./types.ts";
import { MAX_BYTES, parseYaml } from "./yaml.ts";

export interface ParseResult {
  /** null when there is any problem. */
  readonly manifest: Manifest | null;
  /** In order of the file. */
  readonly problems: readonly Problem[];
}

const START: At = { line: 1, column: 1 };

/** Never throws for any text. `file` is how messages name it. */
export function parseManifest(source: string | Uint8Array, file = "bulkhead.yaml"): ParseResult {
  const problems = new Problems();
  const manifest = read(source, file, problems);
  return { manifest: problems.any ? null : manifest, problems: problems.list() };
}

function read(source: string | Uint8Array, file: string, problems: Problems): Manifest | null {
  const size = typeof source === "string" ? Buffer.byteLength(source) : source.length;
  if (size > MAX_BYTES) {
    problems.add(START, "manifest.too-large", { size, limit: MAX_BYTES });
    return null;
  }
  const text = decode(source);
  if (text === null || text.includes("\0")) {
    problems.add(START, "manifest.not-text");
    return null;
  }
  findValues(text, problems);
  const parsed = parseYaml(text, problems);
  if (parsed === null) return null;
  if (parsed.root === null) {
    problems.add(START, "manifest.empty");
    return null;
  }
  const cell = new Checker(problems, parsed.at).check(manifestShape, parsed.root, "", START);
  return cell === null ? null : resolve(cell, file, problems);
}

/** Throws `manifest.invalid` (a `ManifestError` with all problems). */
export function requireManifest(source: string | Uint8Array, file = "bulkhead.yaml"): Manifest {
  const { manifest, problems } = parseManifest(source, file);
  if (manifest === null) throw new ManifestError(file, problems);
  return manifest;
}

/** Reads the file at `path`; `name` is how messages call it. Throws `manifest.invalid`, `io.failed`. */
export async function loadManifest(path: string, name = path): Promise<Manifest> {
  let bytes: Buffer;
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) {
      const problems = new Problems();
      problems.add(START, "manifest.too-large", { size, limit: MAX_BYTES });
      throw new ManifestError(name, problems.list());
    }
    bytes = await readFile(path);
  } catch (error) {
    if (error instanceof ManifestError) throw error;
    const reason =
      error instanceof Error ? ((error as NodeJS.ErrnoException).code ?? error.message) : String(error);
    throw new BulkheadError("io.failed", { action: "read", path: name, reason }, { cause: error });
  }
  return requireManifest(bytes, name);
}

export const FILE_NAMES = ["bulkhead.yaml", "bulkhead.yml"] as const;

/** Path of the declaration in `folder` or the nearest folder above that has one. Throws `manifest.missing`. */
export async function findManifest(folder: string): Promise<string> {
  for (let here = absolute(folder); ; here = dirname(here)) {
    for (const name of FILE_NAMES) {
      const path = join(here, name);
      const found = await stat(path).catch(() => null);
      if (found?.isFile() === true) return path;
    }
    if (dirname(here) === here) throw new BulkheadError("manifest.missing", { folder: absolute(folder) });
  }
}

function decode(source: string | Uint8Array): string | null {
  if (typeof source === "string") return source.replace(/^\uFEFF/, "");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(source);
  } catch {
    return null;
  }
}

interface KnownFormat {
  readonly title: string;
  readonly literals: readonly string[];
  readonly pattern: RegExp;
}
let formats: readonly KnownFormat[] | undefined;

/** Formats that are unmistakable without a name beside them. */
function knownFormats(): readonly KnownFormat[] {
  formats ??= allProviders().flatMap(({ credentials }) =>
    credentials
      .filter((one) => one.needsContext !== true && one.public !== true)
      .flatMap(({ title, formats: all }) =>
        all.map(({ pattern, literals }) => ({
          title,
          literals: literals.map((literal) => literal.toLowerCase()),
          pattern: new RegExp(pattern, "g"),
        })),
      ),
  );
  return formats;
}

/** A credential pasted anywhere in the file, comments included, is refused before it is committed. */
function findValues(text: string, problems: Problems): void {
  const lower = text.toLowerCase();
  for (const { title, literals, pattern } of knownFormats()) {
    if (!literals.some((literal) => lower.includes(literal))) continue;
    let found = 0;
    for (const match of text.matchAll(pattern)) {
      if (++found > 10) break;
      const before = text.slice(0, match.index);
      const line = before.split("\n").length;
      problems.add({ line, column: match.index - before.lastIndexOf("\n") }, "manifest.value-in-file", {
        what: title,
      });
    }
  }
}
