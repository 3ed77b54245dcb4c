/** The identities that a job has by itself. */
import type { Identity, Job } from "../model.ts";
import { declared, effective } from "./permissions.ts";

export function identitiesOf(job: Job): Identity[] {
  const authorities = job.steps.flatMap(({ effects }) => effects.authorities);
  const found: Identity[] = [
    {
      kind: "run-token",
      span:
        job.permissions.kind === "absent" && job.workflow.permissions.kind !== "absent"
          ? job.workflow.permissions.span
          : job.permissions.span,
      audience: null,
      reason: "every run has a token",
      certain: true,
      usedBy: authorities.filter(({ auth }) => auth === "run-token"),
    },
  ];
  const usedBy = authorities.filter(({ auth }) => auth === "oidc");
  for (const { name, span, audiences } of job.idTokens)
    found.push({
      kind: "oidc",
      span,
      audience: audiences.length === 1 ? (audiences[0]?.value ?? null) : null,
      reason: `\`id_tokens\` gives ${name}`,
      certain: true,
      usedBy,
    });
  if (job.idTokens.length > 0) return found;
  const access = effective(job, "id-token");
  if (access !== "write" && access !== "unknown") return found;
  const own = declared(job.permissions, "id-token") !== null;
  const level = own ? job.permissions : job.workflow.permissions;
  found.push({
    kind: "oidc",
    span: level.entries.find(({ scope }) => scope === "id-token")?.span ?? level.span,
    audience: null,
    reason:
      access === "write"
        ? level.kind === "write-all"
          ? "`write-all`"
          : "`id-token: write`"
        : "its caller may grant it",
    certain: access === "write",
    usedBy,
  });
  return found;
}
