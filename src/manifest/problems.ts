/** Problems with a declaration: each with its place, all collected before anything is thrown. */
import { BulkheadError } from "../core/errors.ts";
import type { ErrorCode, ErrorDetails } from "../core/errors.ts";
import type { At } from "./types.ts";

export interface Problem extends At {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string;
}

/** More than this many say nothing new. */
const MOST = 50;

/** `manifest.invalid`, with every problem in order of the file. */
export class ManifestError extends BulkheadError {
  readonly file: string;
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "a problem" : `${problems.length} problems`;
    super("manifest.invalid", {
      file,
      count,
      list: problems.map((one) => problemLine(file, one)).join("\n"),
    });
    this.file = file;
    this.problems = problems;
  }
}

/** `bulkhead.yaml:3:5: message (hint)`. */
export function problemLine(file: string, { line, column, message, hint }: Problem): string {
  return `${file}:${line}:${column}: ${message}${hint === "" ? "" : ` (${hint})`}`;
}

export class Problems {
  readonly #list: Problem[] = [];
  readonly #seen = new Set<string>();

  add(at: At, code: ErrorCode, details: ErrorDetails = {}, hint?: string): void {
    if (this.#list.length >= MOST) return;
    const error = new BulkheadError(code, details, hint === undefined ? {} : { hint });
    const key = `${at.line}:${at.column}:${code}:${error.message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#list.push({ line: at.line, column: at.column, code, message: error.message, hint: error.hint });
  }

  get any(): boolean {
    return this.#list.length > 0;
  }

  /** In order of the file. */
  list(): readonly Problem[] {
    return [...this.#list].sort((a, b) => a.line - b.line || a.column - b.column);
  }
}

/**
 * Text from the file as a message may show it: one line, at most 48 characters, and nothing that could be a credential
 * somebody pasted in the wrong place.
 */
export function shown(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
  if (/[A-Za-z0-9+/=_]{20,}/.test(plain) && /[0-9]/.test(plain)) return `${plain.slice(0, 4)}…[hidden]`;
  return plain.length > 48 ? `${plain.slice(0, 45)}…` : plain;
}
