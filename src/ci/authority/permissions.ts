/** What a job's own token may do, as far as files say. */
import type { Access, Job, Permissions } from "../model.ts";

const RANK: Readonly<Record<Access, number>> = { none: 0, read: 1, unknown: 2, write: 3 };
export const wider = (a: Access, b: Access): Access => (RANK[a] >= RANK[b] ? a : b);

/**
 * The job's declaration, else its workflow's, else the repository's setting, which files do not show. Signed claims are never a default:
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions. A called workflow has at most what its callers have.
 */
export function effective(job: Job, scope: string): Access {
  if (scope === "id-token" && job.idTokens.length > 0) return "write";
  return within(job, scope, 0);
}

function within(job: Job, scope: string, depth: number): Access {
  const own = declared(job.permissions, scope) ?? declared(job.workflow.permissions, scope);
  const { callable, calledBy, triggers, remote } = job.workflow;
  const onlyCalled = callable !== null && triggers.every(({ event }) => event === "workflow_call");
  if (depth > 10) return own ?? "unknown";
  if (onlyCalled && (calledBy.length > 0 || own === null)) {
    if (calledBy.length === 0) return "unknown";
    const granted = calledBy.map((caller) => within(caller, scope, depth + 1)).reduce(wider, "none");
    // A workflow of another repository's caller cannot be seen from here; one of this repository is at most what its callers have.
    return own === null || RANK[granted] < RANK[own] ? granted : own;
  }
  if (own !== null) return own;
  if (scope === "id-token") return remote ? "unknown" : "none";
  const setting = job.workflow.repository.host?.defaultPermissions ?? null;
  if (setting === "write") return "write";
  if (setting === "read") return scope === "contents" || scope === "packages" ? "read" : "none";
  return "unknown";
}

/** Null where nothing is declared at this level. */
export function declared({ kind, entries }: Permissions, scope: string): Access | null {
  if (kind === "absent") return null;
  if (kind === "unknown") return "unknown";
  if (kind === "write-all") return "write";
  // Claims can only be written; reading all gives none.
  if (kind === "read-all") return scope === "id-token" ? "none" : "read";
  return entries.find((entry) => entry.scope === scope)?.access ?? "none";
}
