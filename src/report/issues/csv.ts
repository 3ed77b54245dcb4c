/** For spreadsheets: a row for each issue. */
import { csvText } from "../parts/escape.ts";
import type { IssueReport } from "./types.ts";

const HEAD = [
  "severity",
  "check",
  "title",
  "subject",
  "path",
  "line",
  "column",
  "message",
  "mend",
  "confidence",
  "fingerprint",
];

export const csv: IssueReport = {
  id: "csv",
  title: "CSV, a row for each finding",
  render: (issues) =>
    csvText([
      HEAD,
      ...issues.map(({ severity, rule, subject, place, message, confidence, fingerprint }) => [
        severity,
        rule.id,
        rule.title,
        subject ?? "",
        place.path,
        String(place.line),
        String(place.column),
        message,
        rule.mend,
        confidence,
        fingerprint,
      ]),
    ]),
};
