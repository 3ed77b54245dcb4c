/** Files beside workflows: builds of images, trust policies, dependency updates. */
import type { Setting, SourceFile, Span, Text, Value } from "./source.ts";

export interface BuildFile {
  readonly kind: "dockerfile" | "compose";
  readonly file: SourceFile;
  readonly span: Span;
  readonly instructions: readonly BuildInstruction[];
  /** Of a compose file: its services as written. */
  readonly value: Value | null;
}

export interface BuildInstruction {
  /** `ARG`, `ENV`, `RUN`, `COPY`, `FROM`; upper case. */
  readonly name: string;
  readonly span: Span;
  readonly text: Text;
  /** Of ARG and ENV: names and values; of RUN: its mounts as written. */
  readonly settings: readonly Setting[];
  /** 0-based build stage; -1 before the first FROM. */
  readonly stage: number;
}

/** A document that says whom to trust, or infrastructure that holds secrets; `policies/` reads what it means. */
export interface PolicyFile {
  readonly kind:
    | "aws-iam"
    | "terraform"
    | "cloudformation"
    | "google"
    | "azure"
    | "vault"
    | "publisher"
    | "other";
  readonly file: SourceFile;
  readonly span: Span;
  /** The document itself, in the form its provider has for it; of `other` what of the file leads to credentials in the open. */
  readonly value: Value;
  /** What it lets in to: the role's or credential's name, else its address in the file; absent or null where nothing says. */
  readonly target?: string | null;
}

/** `dependabot.yml` */
export interface UpdateFile {
  readonly file: SourceFile;
  readonly span: Span;
  readonly entries: readonly UpdateEntry[];
  readonly registries: readonly Registry[];
}

export interface UpdateEntry {
  readonly span: Span;
  readonly ecosystem: Text | null;
  readonly directories: readonly Text[];
  /** Days that a release waits; null when nothing is said. */
  readonly cooldownDays: number | null;
  /** `insecure-external-code-execution: allow` */
  readonly externalCode: boolean;
  readonly registries: readonly Text[];
}

export interface Registry {
  readonly name: string;
  readonly span: Span;
  readonly settings: readonly Setting[];
}
