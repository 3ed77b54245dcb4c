/** Runs checks over a repository's model: every finding with where it belongs, in the order of files and lines; allowed ones are kept and marked. */
import { ignoresIn } from "./adapters/comments.ts";
import { checks as allChecks } from "./checks/index.ts";
import type { Exceptions } from "./exceptions.ts";
import type { Check, CiFinding, Hit, Report } from "./checks/types.ts";
import type { ActionFile, IgnoreComment, Job, Repository, Span, Step, Workflow } from "./model.ts";

export interface AuditOptions {
  readonly checks?: readonly Check[];
  /** What a careful maintainer may want besides what should be acted on. */
  readonly pedantic?: boolean;
  /** Exceptions of lists; comments in the files count besides. */
  readonly exceptions?: readonly Exceptions[];
  /** Ids of checks that nothing in the repository may silence. */
  readonly required?: ReadonlySet<string>;
}

/** What a check is called for. */
interface Where {
  workflow: Workflow | null;
  job: Job | null;
  step: Step | null;
  owner: ActionFile | null;
}

export function audit(repository: Repository, options: AuditOptions = {}): readonly CiFinding[] {
  const { checks = allChecks, pedantic = false, exceptions = [], required = new Set() } = options;
  const found: CiFinding[] = [];
  for (const check of checks) {
    // Written over from call to call: there are millions, and most have nothing to report.
    const where: Where = { workflow: null, job: null, step: null, owner: null };
    const report = (hit: Hit): void => {
      if ((hit.pedantic ?? check.pedantic ?? false) && !pedantic) return;
      const finding = { ...hit, check, ...where };
      found.push({ ...finding, ...judge(finding, exceptions, required) });
    };
    check.repository?.(repository, report);
    for (const workflow of repository.workflows)
      if (!workflow.remote && (check.systems?.includes(workflow.system) ?? true))
        runWorkflow(check, { workflow, where, report });
    if (check.step === undefined) continue;
    where.workflow = where.job = null;
    for (const owner of repository.actions) {
      if (owner.remote) continue;
      where.owner = owner;
      for (const step of owner.steps) {
        where.step = step;
        check.step(step, report);
      }
    }
  }
  return found.sort(byPlace);
}

interface OnWorkflow {
  readonly workflow: Workflow;
  readonly where: Where;
  readonly report: Report;
}

function runWorkflow(check: Check, { workflow, where, report }: OnWorkflow): void {
  where.workflow = workflow;
  where.job = where.step = null;
  check.workflow?.(workflow, report);
  if (check.job === undefined && check.step === undefined) return;
  for (const job of workflow.jobs) {
    where.job = job;
    where.step = null;
    check.job?.(job, report);
    if (check.step === undefined) continue;
    for (const step of job.steps) {
      where.step = step;
      check.step(step, report);
    }
  }
}

function byPlace(a: CiFinding, b: CiFinding): number {
  const [x, y] = [a.span.file.path, b.span.file.path];
  if (x !== y) return x < y ? -1 : 1;
  return a.span.start - b.span.start || (a.check.id < b.check.id ? -1 : a.check.id > b.check.id ? 1 : 0);
}

/** A comment counts before a list; where the organisation takes no exception both are named and neither counts. */
function judge(
  finding: CiFinding,
  exceptions: readonly Exceptions[],
  required: ReadonlySet<string>,
): Pick<CiFinding, "allowed" | "note"> {
  const comment = allowedBy(finding.check, finding, finding.workflow);
  let verdict: ReturnType<Exceptions["judge"]> = comment === null ? null : { allowed: comment };
  for (const list of exceptions) if (verdict?.allowed === undefined) verdict = list.judge(finding) ?? verdict;
  if (verdict === null) return {};
  if (verdict.allowed === undefined || !required.has(finding.check.id)) return verdict;
  return {
    note: `${verdict.allowed.source} does not count: the organisation takes no exception from this check`,
  };
}

/** A comment on a line of the finding, or alone on the one before it. Ours needs a reason. */
function allowedBy(
  check: Check,
  { span }: Hit,
  workflow: Workflow | null,
): NonNullable<CiFinding["allowed"]> | null {
  for (const ignore of workflow?.ignores ?? ignoresIn(span.file)) {
    if (!covers(ignore, check) || !reaches(ignore.span, span)) continue;
    if (ignore.tool === "bulkhead" && ignore.reason === null) continue;
    return { reason: ignore.reason ?? "", source: `${ignore.tool} comment` };
  }
  return null;
}

function covers({ tool, checks }: IgnoreComment, { id, zizmor = [] }: Check): boolean {
  return checks.length === 0 || checks.some((one) => (tool === "zizmor" ? zizmor.includes(one) : one === id));
}

function reaches(comment: Span, span: Span): boolean {
  if (comment.file !== span.file) return false;
  const line = (offset: number): number => span.file.position(offset).line;
  const at = line(comment.start);
  const alone = span.file.text.slice(0, comment.start).split("\n").at(-1)?.trim() === "";
  const [first, last] = [line(span.start), line(Math.max(span.start, span.end - 1))];
  return alone ? first === at + 1 : at >= first && at <= last;
}
