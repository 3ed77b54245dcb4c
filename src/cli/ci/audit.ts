/** One audit of one or several repositories, from files to a report. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  type Check,
  EXCEPTIONS_PATH,
  type Exceptions,
  INCOMPLETE,
  audit,
  checks,
  floorOf,
  issuesOf,
  loadRepository,
  readExceptions,
} from "../../ci/index.ts";
import { BulkheadError, nearest } from "../../core/errors.ts";
import type { Severity } from "../../core/finding.ts";
import { version } from "../../core/version.ts";
import { issueReportById, issueReports } from "../../report/issues/index.ts";
import type { Issue } from "../../report/issues/types.ts";
import type { FlagSet, FlagValues } from "../command.ts";
import type { Context } from "../context.ts";
import { outputFile } from "../output-file.ts";
import { keepYoungSpaceSmall } from "../small-heap.ts";
import { type Chosen, chosenRepositories } from "./repositories.ts";

const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low", "info"];
const rank = (severity: Severity): number => SEVERITIES.indexOf(severity);

export const auditFlags = {
  json: { kind: "switch", brief: "print JSON (the same as --format json)" },
  format: {
    kind: "choice",
    values: issueReports.map(({ id }) => id),
    default: "text",
    brief: "how to report",
  },
  output: { kind: "text", short: "o", placeholder: "file", brief: "write the report there" },
  severity: { kind: "choice", values: SEVERITIES, default: "low", brief: "exit 3 from this severity on" },
  check: {
    kind: "list",
    placeholder: "id",
    brief: "this check alone, with what it says under --pedantic (may be given again)",
  },
  pedantic: { kind: "switch", brief: "also what a careful maintainer may want to know" },
  allow: { kind: "list", placeholder: "file", brief: "a list of exceptions besides .bulkhead/ci-allow.yaml" },
  organisation: {
    kind: "text",
    placeholder: "file",
    brief: "an organisation.yaml with floors, besides those above the repository",
  },
} as const satisfies FlagSet;

export type AuditFlags = FlagValues<typeof auditFlags>;

export const auditDefaults: AuditFlags = {
  json: false,
  format: "text",
  output: undefined,
  severity: "low",
  check: [],
  pedantic: false,
  allow: [],
  organisation: undefined,
};

const KNOWN: ReadonlySet<string> = new Set(checks.map(({ id }) => id));

/** Gives the exit code. */
export function runAudit(flags: AuditFlags, paths: readonly string[], context: Context): number {
  const { cwd, out } = context;
  const started = Date.now();
  const report = issueReportById(flags.json ? "json" : flags.format);
  if (report === undefined)
    throw new BulkheadError("usage.invalid", { problem: "no such format", command: "ci audit" });
  const chosenChecks = flags.check.length === 0 ? checks : flags.check.map(checkNamed);
  const repositories = chosenRepositories(paths, cwd);
  keepYoungSpaceSmall();
  const found: Issue[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  let files = 0;
  let threshold = rank(flags.severity as Severity);
  for (const chosen of repositories) {
    const floor = floorOf(
      chosen.root,
      flags.organisation === undefined ? null : resolve(cwd, flags.organisation),
      KNOWN,
    );
    if (floor.severity !== null) threshold = Math.max(threshold, rank(floor.severity));
    const exceptions = exceptionsOf(chosen, flags.allow, cwd);
    const repository = loadRepository(chosen.root);
    files += repository.files.length;
    const findings = audit(repository, {
      checks: chosenChecks,
      pedantic: flags.pedantic || flags.check.length > 0,
      exceptions,
      required: floor.required,
    });
    const wanted = (path: string): boolean => chosen.only?.has(path) ?? true;
    found.push(
      ...issuesOf(
        findings.filter(({ span }) => wanted(span.file.path)),
        chosen.prefix,
      ),
    );
    for (const { id, message, span } of repository.diagnostics)
      if (INCOMPLETE.has(id) && wanted(span.file.path))
        unreadable.push({ path: chosen.prefix + span.file.path, reason: message });
    // Only a whole audit says that an exception has lost its object.
    if (flags.pedantic && flags.check.length === 0 && chosen.only === null)
      for (const list of exceptions) for (const idle of list.idle()) out.note(idle);
  }
  const issues = found.filter(({ allowed }) => allowed === undefined);
  const text = report.render(issues, {
    name: "bulkhead ci audit",
    schema: "bulkhead.ci-audit.v1",
    version,
    color: flags.output === undefined && out.colour(),
    files,
    unreadable,
    allowed: found.filter(({ allowed }) => allowed !== undefined),
    hidden: [],
    started,
    ended: Date.now(),
  });
  write(text, flags.output, context);
  if (issues.some(({ severity }) => rank(severity) <= threshold)) return 3;
  return unreadable.length > 0 ? 4 : 0;
}

/** Throws `ci.unknown-check`. */
export function checkNamed(id: string): Check {
  const check = checks.find((one) => one.id === id);
  if (check !== undefined) return check;
  const near = nearest(id, [...KNOWN]);
  throw new BulkheadError(
    "ci.unknown-check",
    { id: id.slice(0, 60) },
    near === null ? {} : { hint: `did you mean \`${near}\`?` },
  );
}

/** Of the repository, and those that were named. */
function exceptionsOf({ root }: Chosen, named: readonly string[], cwd: string): Exceptions[] {
  const today = new Date().toISOString().slice(0, 10);
  const own = join(root, EXCEPTIONS_PATH);
  const paths = [
    ...(existsSync(own) ? [{ path: own, shown: EXCEPTIONS_PATH }] : []),
    ...named.map((path) => ({ path: resolve(cwd, path), shown: path })),
  ];
  return paths.map(({ path, shown }) => {
    let text: string;
    try {
      text = readFileSync(path, "utf8");
    } catch (cause) {
      const reason = (cause as NodeJS.ErrnoException).code ?? "unknown";
      throw new BulkheadError("io.failed", { action: "read", path: shown, reason }, { cause });
    }
    return readExceptions(text, shown, { known: KNOWN, today });
  });
}

function write(text: string, output: string | undefined, { cwd, out }: Context): void {
  if (output === undefined) return out.print(text);
  const file = outputFile(resolve(cwd, output));
  file.write(text);
  file.done();
}
