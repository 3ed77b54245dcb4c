/** JUnit's XML: a failed test an issue, an error for what was not read whole, skipped tests for what is allowed. */
import { type JunitCase, junitText } from "../parts/junit.ts";
import { plural } from "../visible.ts";
import type { Issue, IssueReport } from "./types.ts";
import { sentence } from "./words.ts";

export const junit: IssueReport = {
  id: "junit",
  title: "JUnit XML for CI pages",
  render: (issues, context) =>
    junitText({
      ...context,
      failures: issues.map((issue) => caseOf(issue, sentence(issue.message))),
      skipped: context.allowed.map((issue) =>
        caseOf(issue, `${issue.allowed?.reason ?? ""} (${issue.allowed?.source ?? ""})`),
      ),
      clean: `no finding in ${plural(context.files, "file")}`,
    }),
};

const caseOf = ({ rule, severity, place, related }: Issue, message: string): JunitCase => ({
  rule: rule.id,
  name: `${rule.title} in ${place.path}:${place.line}`,
  file: place,
  message,
  lines: [
    `severity: ${severity}`,
    `${place.path}:${place.line}:${place.column}`,
    ...related.map(({ place: at, message: says }) => `see ${at.path}:${at.line}: ${says}`),
    rule.attack,
    `mend: ${rule.mend}`,
  ],
});
