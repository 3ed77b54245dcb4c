/** What the inventory says: one row for each credential or identity of a job, and one line for each workflow. */
import type { ExternalSystem, Phase, Span } from "../model.ts";

/** `none`: the job holds nothing. `ambient`: what the machine or an earlier login left. `every`: all secrets of the host at once. */
export type HeldKind =
  | "none"
  | "oidc"
  | "secret"
  | "every"
  | "dynamic"
  | "managed"
  | "literal"
  | "run-token"
  | "ambient";

export interface InventoryRow {
  /** `host/owner/name`, or the folder's name where no remote says it. */
  readonly repository: string;
  /** Path of the file. */
  readonly workflow: string;
  readonly job: string;
  readonly phase: Phase;
  readonly kind: HeldKind;
  /** The secret's name, or what the identity is: `OIDC: deploy-api`. */
  readonly credential: string;
  /** In the order in which the job uses them; empty when nothing says it. */
  readonly systems: readonly ExternalSystem[];
  /** Names of the deployment environment; empty: none. */
  readonly environments: readonly string[];
  /** False when the environment's name is known at run time only. */
  readonly environmentKnown: boolean;
  /** What of it the file says: a role, the permissions of the token, the places where a secret is visible. */
  readonly scope: string;
  readonly owner: Owner | null;
  /** RFC 3339, when it was last replaced; null: unknown. */
  readonly rotated: string | null;
  /** False when it depends on settings that files do not show. */
  readonly certain: boolean;
  readonly span: Span;
}

export interface Owner {
  readonly name: string;
  /** `CODEOWNERS:3`, `bulkhead.yaml`, `annotation` */
  readonly from: string;
}

/** When a credential was last replaced. `environments`: of the job; null: not known. */
export type RotationSource = (held: {
  readonly name: string;
  readonly variable: string | null;
  readonly environments: readonly string[];
}) => string | null;

export interface WorkflowLine {
  readonly repository: string;
  readonly workflow: string;
  /** `none` alone when no job holds anything. */
  readonly identities: readonly string[];
  /** Titles; `package download only` where nothing else is reached. */
  readonly systems: readonly string[];
  readonly owners: readonly string[];
  readonly phases: readonly Phase[];
}

export interface Inventory {
  readonly rows: readonly InventoryRow[];
  readonly workflows: readonly WorkflowLine[];
}
