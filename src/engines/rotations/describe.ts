/** A rotation as it is shown: never a value. */
import { rfc3339 } from "../../core/clock.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import { providerById } from "../../providers/lookup.ts";
import type { Row } from "../../rotate/types.ts";

const time = (ms: number | null): string | null => (ms === null ? null : rfc3339(ms));

export function describe(row: Row): Record<string, ReplyValue> {
  const provider = providerById(row.provider);
  return {
    ...{ id: row.id, project: row.project, environment: row.environment, secret: row.secret },
    ...{ provider: row.provider, driver: row.driver, state: row.state },
    ...{ started: time(row.started), ended: time(row.ended), by: row.by, reason: row.reason },
    finding: row.finding,
    old_version: row.oldVersion,
    new_version: row.newVersion,
    name: row.name,
    page: provider?.rotate.page ?? "",
    next_try: time(row.nextTry),
    checks: [...row.checks],
    consumers: [...row.consumers],
    orphans: [...row.orphans],
    approvals_needed: row.approvalsNeeded,
    approved_by: [...row.approvals],
    problem: row.problem,
    steps: row.steps.map((step) => ({ ...step, time: rfc3339(step.time) })),
  };
}
