/** The registry: every report of issues, by name. */
import { csv } from "./csv.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { json } from "./json.ts";
import { junit } from "./junit.ts";
import { markdown } from "./markdown.ts";
import { sarif } from "./sarif.ts";
import { text } from "./text.ts";
import type { IssueReport } from "./types.ts";

export const issueReports: readonly IssueReport[] = [text, json, sarif, github, gitlab, junit, csv, markdown];

export function issueReportById(id: string): IssueReport | undefined {
  return issueReports.find((report) => report.id === id);
}
