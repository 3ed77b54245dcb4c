/** Where the report goes: standard output or a file, at once or while the scan goes on. */
import { resolve } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import type { Finding, FoundSecret, Severity } from "../../core/finding.ts";
import { reportById, reports } from "../../report/index.ts";
import type { Report, ReportContext } from "../../report/types.ts";
import { rankOf, severities } from "../../scan/group.ts";
import type { FlagSet } from "../command.ts";
import type { Context } from "../context.ts";
import { outputFile } from "../output-file.ts";

/** Of every command that ends in a report. */
export const reportFlags = {
  format: { kind: "choice", values: reports.map(({ id }) => id), default: "text", brief: "how to report" },
  output: { kind: "text", short: "o", placeholder: "file", brief: "write the report there" },
  severity: { kind: "choice", values: severities, default: "low", brief: "exit 3 from this severity on" },
} as const satisfies FlagSet;

/** Throws `usage.invalid`. */
export function reportNamed(format: string, command: string): Report {
  const report = reportById(format);
  if (report === undefined) throw new BulkheadError("usage.invalid", { problem: "no such format", command });
  return report;
}

/** 3 where something of that severity or worse was found, 4 where not everything could be read. */
export function exitCode(secrets: readonly FoundSecret[], severity: string, whole: boolean): number {
  if (secrets.some((secret) => rankOf(secret.severity) <= rankOf(severity as Severity))) return 3;
  return whole ? 0 : 4;
}

export interface ReportWriter {
  /** Given only for reports that are written as the scan goes on. */
  readonly onFinding?: (finding: Finding) => void;
  end(secrets: readonly FoundSecret[], context: ReportContext): void;
  /** The scan failed: no half report stays. */
  discard(): void;
}

export function reportWriter(report: Report, output: string | undefined, context: Context): ReportWriter {
  const file = output === undefined ? null : outputFile(resolve(context.cwd, output));
  const write = (text: string): void => (file === null ? context.out.print(text) : file.write(text));
  const { stream } = report;
  return {
    ...(stream === undefined ? {} : { onFinding: (finding: Finding) => write(stream.line(finding)) }),
    end(secrets, reportContext) {
      write(stream === undefined ? report.render(secrets, reportContext) : stream.end(reportContext));
      file?.done();
    },
    discard: () => file?.discard(),
  };
}
