/**
 * Reach is a graph of facts and edges: an edge makes its `to` true when every fact of its `from` is, and points at the line it was read
 * from. What is concluded is concluded through edges alone: take one away, and what stood on it is gone.
 */
import type { Job, Span } from "../model.ts";

export type EdgeKind =
  | "entry"
  | "permission"
  | "login"
  | "secret"
  | "authority"
  | "token"
  | "needs"
  | "upload"
  | "download"
  | "output"
  | "input"
  | "cache"
  | "call"
  | "follows"
  | "dispatch"
  | "push"
  | "exposure";

export interface Edge {
  readonly kind: EdgeKind;
  /** All of them; none: it holds by itself. */
  readonly from: readonly string[];
  readonly to: string;
  readonly span: Span;
  /** Lower case, no full stop. */
  readonly says: string;
  /** False where files do not decide it. */
  readonly certain: boolean;
}

export type ClaimKind =
  | "deploy"
  | "publish"
  | "sign"
  | "rotate"
  | "change"
  | "write"
  | "read"
  | "exfiltrate"
  | "start";

/** What a fact means to people; facts without a meaning are only steps on the way. */
export type Meaning =
  | { readonly is: "claim"; readonly kind: ClaimKind; readonly what: string; readonly system: string | null }
  | { readonly is: "control"; readonly job: Job }
  | { readonly is: "secret"; readonly name: string; readonly system: string | null; readonly job: Job }
  | { readonly is: "exposure"; readonly name: string; readonly where: ExposurePlace; readonly text: string }
  | { readonly is: "session"; readonly target: string; readonly system: string }
  | { readonly is: "artifact" | "cache"; readonly name: string };

export type ExposurePlace = "memory" | "variable" | "argv" | "log" | "output" | "file" | "cache" | "artifact";

export interface ReachGraph {
  readonly edges: readonly Edge[];
  readonly meanings: ReadonlyMap<string, Meaning>;
}

export interface Claim {
  readonly kind: ClaimKind;
  /** `to npm`, `the repository's source` */
  readonly what: string;
  readonly certain: boolean;
  /** From the entry to the claim, each edge once. */
  readonly path: readonly Edge[];
  readonly span: Span;
}

export interface Exposure {
  readonly secret: string;
  readonly where: ExposurePlace;
  readonly text: string;
  readonly path: readonly Edge[];
  readonly span: Span;
}

export type Remedy = "disable" | "revoke" | "rotate" | "delete" | "review";

export interface RecoveryStep {
  readonly remedy: Remedy;
  /** One sentence, lower case, no full stop. */
  readonly text: string;
  readonly span: Span;
}

export interface Reach {
  readonly claims: readonly Claim[];
  readonly exposures: readonly Exposure[];
  /** In the order in which they should be done. */
  readonly recovery: readonly RecoveryStep[];
  /** Jobs in which the attacker's code runs. */
  readonly jobs: readonly Job[];
}
