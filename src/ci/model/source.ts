/**
 * Where things stand: files, spans, and the texts that hold expressions. A span is two offsets; lines and columns are computed when
 * they are asked for, since of a thousand workflows' nodes a handful is ever shown.
 */
import type { Embedded } from "../expression/types.ts";

export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  /** Decoded as UTF-8; what is not UTF-8 is U+FFFD and named in the diagnostics. */
  readonly text: string;
  /** 1-based; columns count UTF-16 units. Offsets past the end give the end. */
  position(offset: number): Position;
}

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Half open, in UTF-16 units of `file.text`. `placeOf` (spans.ts) gives the line, column and byte offset that reports show. */
export interface Span {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

export type ScalarStyle = "plain" | "single" | "double" | "literal" | "folded";

/** A scalar as text, whatever type YAML would give it. */
export interface Text {
  /** Decoded: escapes, folding and indentation are gone. */
  readonly value: string;
  /** Of the whole scalar as written, quotes included; of a block scalar from its first line's indentation to its last line's end. */
  readonly span: Span;
  readonly style: ScalarStyle;
  /** Every `${{ … }}` in it, in order; of a bare `if:` the whole value as one. `locate` (spans.ts) gives the span of a part. */
  readonly expressions: readonly Embedded[];
}

/** A key with its text: of `env`, `with`, `inputs`, `outputs`, `secrets`. */
export interface Setting {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: Text;
}

/** Any YAML value, for what no type of the model describes. */
export type Value =
  | { readonly kind: "text"; readonly text: Text; readonly span: Span }
  | { readonly kind: "list"; readonly items: readonly Value[]; readonly span: Span }
  | { readonly kind: "map"; readonly entries: readonly ValueEntry[]; readonly span: Span }
  | { readonly kind: "empty"; readonly span: Span };

export interface ValueEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: Value;
}

export type DiagnosticId =
  | "syntax" // not YAML; the file is not in the model
  | "not-utf8"
  | "too-large" // beyond the limit of bytes, nodes, depth or expanded aliases
  | "duplicate-key" // the last one counts
  | "unknown-key" // also syntax newer than this program
  | "wrong-type"
  | "missing-key"
  | "unknown-event"
  | "unknown-anchor"
  | "expression" // cannot be parsed
  | "cycle" // a reusable workflow or action that reaches itself
  | "unresolved" // a local file that is not there, a remote one that the lock does not know
  | "unknown-need"
  | "outside" // a symbolic link that leaves the repository
  | "unreadable";

/** What the reader has to say of a file; never fatal. */
export interface Diagnostic {
  readonly id: DiagnosticId;
  /** Lower case, no full stop. */
  readonly message: string;
  readonly span: Span;
}
