/** The CI audit in short, for a page that is about more: names of secrets by file, and what a maintainer would act on. */
import { audit, issuesOf, loadRepository } from "../../ci/index.ts";
import { rankOf } from "../../scan/group.ts";
import type { PipelineLook, WorkflowSecret } from "../../scan/workflow-secrets.ts";

export function lookAtPipelines(root: string): PipelineLook {
  const repository = loadRepository(root);
  const findings = issuesOf(audit(repository))
    .filter(({ allowed, severity }) => allowed === undefined && severity !== "info")
    .map(({ severity, rule, message, place }) => ({
      severity,
      check: rule.id,
      message,
      file: place.path,
      line: place.line,
    }))
    .sort((a, b) => rankOf(a.severity) - rankOf(b.severity));
  return { secrets: secretsIn(repository), findings };
}

/** Each name once a file, where it stands first. */
function secretsIn({ workflows }: ReturnType<typeof loadRepository>): WorkflowSecret[] {
  return workflows
    .filter(({ remote }) => !remote)
    .flatMap(({ jobs, file }) => {
      const first = new Map<string, number>();
      const uses = jobs.flatMap((job) => job.credentials);
      for (const { kind, name, span } of uses.toSorted((a, b) => a.span.start - b.span.start)) {
        const shown =
          kind === "all-secrets" || kind === "dynamic-secret" ? "*" : kind === "secret" ? name : null;
        if (shown !== null && !first.has(shown)) first.set(shown, span.file.position(span.start).line);
      }
      return [...first].map(([name, line]) => ({ name, file: file.path, line }));
    });
}
