/** Whether the audit of the pipeline shows the boundary mended: facts for `close`, which the store refuses without. */
import { type Repository, audit, issuesOf } from "../../ci/index.ts";
import type { IncidentRecord } from "../../incident/index.ts";
import { isIncomplete } from "../ci-repository.ts";

const SERIOUS = new Set(["critical", "high", "medium"]);

export interface Boundary {
  readonly mended: boolean;
  /** One sentence without a full stop. */
  readonly boundary: string;
}

/** Of the workflows that the incident disabled, else of all. What could not be read whole is not mended. */
export function boundaryOf(
  repository: Repository,
  { plan }: Pick<IncidentRecord, "plan">,
  commit: string | null,
): Boundary {
  const at = commit === null ? "" : ` at ${commit.slice(0, 12)}`;
  if (isIncomplete(repository))
    return { mended: false, boundary: `a pipeline file${at} could not be read whole` };
  const files = new Set(
    plan.flatMap(({ action }) => (action?.do === "disable-workflow" ? [action.path] : [])),
  );
  const open = issuesOf(audit(repository)).filter(
    ({ allowed, severity, place }) =>
      allowed === undefined && SERIOUS.has(severity) && (files.size === 0 || files.has(place?.path ?? "")),
  );
  const [first] = open;
  if (first === undefined) {
    const count = repository.workflows.length;
    return {
      mended: true,
      boundary: `the audit of ${count} pipeline files${at} finds nothing serious${files.size === 0 ? "" : " in those that were disabled"}`,
    };
  }
  return {
    mended: false,
    boundary: `${open.length} findings${at} are open, the first is ${first.rule.id} in ${first.place?.path ?? "?"}: ${first.message}`,
  };
}
