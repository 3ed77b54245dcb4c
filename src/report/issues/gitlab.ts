/** GitLab's code quality report: https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format */
import type { Severity } from "../../core/finding.ts";
import { escapeControls } from "../parts/json-secret.ts";
import { visible } from "../visible.ts";
import type { IssueReport } from "./types.ts";
import { sentence } from "./words.ts";

const SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: "blocker",
  high: "critical",
  medium: "major",
  low: "minor",
  info: "info",
};

export const gitlab: IssueReport = {
  id: "gitlab",
  title: "GitLab code quality report",
  render(issues) {
    const entries = issues.map(({ rule, severity, place, message, fingerprint }) => ({
      description: visible(`${sentence(message)} ${rule.mend}`),
      check_name: rule.id,
      fingerprint,
      severity: SEVERITIES[severity],
      location: { path: visible(place.path), lines: { begin: place.line, end: place.endLine } },
    }));
    return `${escapeControls(JSON.stringify(entries, null, 2))}\n`;
  },
};
