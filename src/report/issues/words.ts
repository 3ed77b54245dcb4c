/** The words that several reports of issues share. */
import type { Severity } from "../../core/finding.ts";
import { plural } from "../visible.ts";
import type { Issue, IssueContext } from "./types.ts";

const ORDER: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

/** `5 findings (1 critical, 4 low) in 2 files` */
export function summaryOf(issues: readonly Issue[]): string {
  if (issues.length === 0) return "no findings";
  const counts = ORDER.flatMap((severity) => {
    const number = issues.filter((issue) => issue.severity === severity).length;
    return number === 0 ? [] : [`${number} ${severity}`];
  });
  const files = new Set(issues.map(({ place }) => place.path)).size;
  return `${plural(issues.length, "finding")} (${counts.join(", ")}) in ${plural(files, "file")}`;
}

/** One line each: what comments and lists allow, and what another flag would show. */
export function leftOut({ allowed, hidden }: IssueContext): string[] {
  const bySource = Map.groupBy(allowed, (issue) => issue.allowed?.source ?? "");
  return [
    ...[...bySource].map(([source, issues]) => `${plural(issues.length, "finding")} allowed by ${source}`),
    ...hidden,
  ];
}

/** Of a sentence in lower case without a full stop. */
export const sentence = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
