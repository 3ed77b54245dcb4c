/** For programs: one object, stable names, issues in order. */
import { escapeControls } from "../parts/json-secret.ts";
import type { Issue, IssueReport } from "./types.ts";

export const json: IssueReport = {
  id: "json",
  title: "JSON for programs",
  render(issues, { schema, version, files, unreadable, allowed, hidden }) {
    const rules = new Map([...issues, ...allowed].map(({ rule }) => [rule.id, rule]));
    const document = {
      schema,
      version,
      complete: unreadable.length === 0,
      files,
      unreadable: unreadable.map(({ path, reason }) => ({ path, reason })),
      findings: issues.map(members),
      allowed: allowed.map(members),
      hidden,
      rules: Object.fromEntries(rules),
    };
    return `${escapeControls(JSON.stringify(document, null, 2))}\n`;
  },
};

const members = (issue: Issue) => ({
  check: issue.rule.id,
  severity: issue.severity,
  confidence: issue.confidence,
  message: issue.message,
  subject: issue.subject,
  ...issue.place,
  line: issue.place.line,
  text: issue.line?.text ?? null,
  related: issue.related.map(({ place, message }) => ({ message, ...place })),
  fixes: issue.fixes,
  fingerprint: issue.fingerprint,
  allowed: issue.allowed ?? null,
});
