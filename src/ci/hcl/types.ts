/** HCL as far as policies need it: blocks, attributes, and expressions whose form says what they are. https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md */
import type { SourceFile, Span, Text } from "../model.ts";

export interface HclBody {
  readonly attributes: readonly HclAttribute[];
  readonly blocks: readonly HclBlock[];
  readonly span: Span;
}

export interface HclAttribute {
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: HclExpression;
}

export interface HclBlock {
  readonly type: string;
  readonly labels: readonly string[];
  /** From the type to the closing brace. */
  readonly span: Span;
  readonly body: HclBody;
}

export type HclExpression =
  /** Quoted, or a here document: templates in it stay as they are written. */
  | { readonly kind: "text"; readonly text: Text; readonly span: Span; readonly heredoc: boolean }
  | { readonly kind: "list"; readonly items: readonly HclExpression[]; readonly span: Span }
  | { readonly kind: "object"; readonly entries: readonly HclEntry[]; readonly span: Span }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly HclExpression[];
      readonly span: Span;
    }
  /** Anything else, as written: numbers, references, operators, `for`. */
  | { readonly kind: "raw"; readonly source: string; readonly span: Span };

export interface HclEntry {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: HclExpression;
}

export interface HclProblem {
  readonly id: "syntax" | "too-large";
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

export interface ParsedHcl {
  readonly file: SourceFile;
  readonly body: HclBody;
  readonly problems: readonly HclProblem[];
}
