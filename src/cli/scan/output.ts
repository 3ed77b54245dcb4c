/** Where the report goes: standard output or a file, at once or while the scan goes on. */
import { resolve } from "node:path";
import type { Finding, FoundSecret } from "../../core/finding.ts";
import type { Report, ReportContext } from "../../report/types.ts";
import type { Context } from "../context.ts";
import { outputFile } from "./files.ts";

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
