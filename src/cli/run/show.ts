/** What a run says: before it (a dry run, warnings), while it goes on, and at its end. Names only, never a value. */
import { BulkheadError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import { assertFits, buildEnvironment, explainEnvironment } from "../../run/environment.ts";
import { type Leaks, placeOf } from "../../run/follow/report.ts";
import type { IsolationLevel } from "../../run/isolate.ts";
import { endBy } from "../../run/signals.ts";
import type { RunReport } from "../../run/session.ts";
import type { Context } from "../context.ts";
import type { Source, Wanted } from "./wanted.ts";

export function warnOfLevel(
  { out }: Context,
  { level, name, missing }: IsolationLevel,
  verbose: boolean,
): void {
  if (level < 2) out.warn(`isolation: ${name}; ${missing.join("; ")}`);
  else if (missing.length > 0 && (verbose || process.stderr.isTTY)) out.note(missing.join("; "));
}

/** Gives the exit code: the job's own, since what was masked reached nobody; 3 for a job that gave 0 and wrote a value down. */
export function conclude({ out }: Context, report: RunReport, verbose: boolean, leaks: Leaks): number {
  const { runId, exit, isolation, masked, problems, receipt, signedBy, revoked, written } = report;
  const seen = [...masked].filter(([, times]) => times > 0);
  if (seen.length > 0)
    out.warn(
      `masked in what the job wrote: ${seen.map(([name, times]) => `${name} (${times}×)`).join(", ")}`,
    );
  for (const problem of problems) out.warn(`${problem.message}; ${problem.hint}`);
  if (verbose) {
    out.note(
      `run ${runId}: isolation ${isolation.level} (${isolation.name}), ${revoked ? "token revoked" : "token not revoked"}`,
    );
    if (receipt !== null)
      out.note(`receipt ${receipt}, ${signedBy === null ? "not signed" : `signed by ${signedBy}`}`);
  }
  if (written === null) return ending(report);
  for (const { file, reason } of written.unread) out.warn(`not searched for values: ${file}: ${reason}`);
  if (written.leaks.length === 0) return ending(report);
  const list = written.leaks.map((leak) => `${leak.names.join(" and ")} in ${placeOf(leak)}`).join("\n  ");
  const found = new BulkheadError("run.value-written", { list: `\n  ${list}` });
  if (leaks === "fail") out.error(found, "run");
  else out.warn(found.message);
  return leaks === "fail" && exit === 0 ? found.exit : exit;
}

/** By the signal that ended the job, where that is known for sure: a shell's loop then stops too. */
function ending({ exit, signal }: RunReport): number {
  if (signal !== null) endBy(signal);
  return exit;
}

export interface DryRun {
  readonly wanted: Wanted;
  readonly job: { readonly command: readonly string[] | string | null; readonly cwd: string };
  readonly preserve: readonly string[];
  readonly hide: readonly string[];
  readonly explain: boolean;
}

const whence = (source: Source, field: string | null): string => {
  const name = field === null || field === "value" ? source.name : `${source.name}.${field}`;
  if (source.kind === "reference" && source.text !== source.name) return `${name} (${source.text})`;
  return source.kind === "minted" ? `${name} (minted at ${source.path})` : name;
};

export function dryRun({ out, env }: Context, options: DryRun): void {
  const { wanted, job, preserve, hide, explain } = options;
  const { project, stage, environment, values, composed, plain } = wanted;
  const command = typeof job.command === "string" ? job.command : (job.command?.join(" ") ?? "(none)");
  const title = wanted.declared ? `${project}: stage ${stage} in ${environment}` : "no stage";
  out.print(`${title}\nin ${job.cwd}: ${command}`);
  const way = (as: string | undefined): string =>
    as === undefined || as === "variable" ? "" : ` as a ${as}`;
  out.table(
    ["variable", "from"],
    [
      ...values.map(({ variable, source, field, as }) => [variable, `${whence(source, field)}${way(as)}`]),
      ...composed.map(({ variable, parts, as }) => [
        variable,
        `${[...parts.values()].map(({ source, field }) => whence(source, field)).join(" and ")}, composed${way(as)}`,
      ]),
      ...Object.keys(plain).map((variable) => [variable, "set:"]),
    ],
  );
  const nothing = (names: readonly string[]): Record<string, Secret> =>
    Object.fromEntries(names.map((name) => [name, Secret.copy("")]));
  const given = [...values, ...composed];
  const isVariable = ({ as = "variable" }: { as?: string | undefined }): boolean => as === "variable";
  const marks = { BULKHEAD_RUN: "", BULKHEAD_STAGE: stage, BULKHEAD_ENVIRONMENT: environment };
  const { env: built, decisions } = buildEnvironment({
    ambient: { ...env, PWD: job.cwd },
    secrets: nothing(given.filter(isVariable).map(({ variable }) => variable)),
    files: Object.fromEntries(given.filter((one) => !isVariable(one)).map(({ variable }) => [variable, ""])),
    plain,
    preserve,
    marks,
  });
  assertFits(built, typeof job.command === "string" ? [job.command] : (job.command ?? []));
  if (explain)
    out.print(`\n${explainEnvironment(decisions)}${hide.map((one) => `hidden   ${one}\n`).join("")}`);
}
