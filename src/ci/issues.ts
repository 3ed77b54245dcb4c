/** Findings as reports take them. */
import { createHash } from "node:crypto";
import type { Issue, IssueRule } from "../report/issues/types.ts";
import type { Check, CiFinding } from "./checks/types.ts";
import type { Span } from "./model.ts";
import { placeOf } from "./spans.ts";

const rules = new WeakMap<Check, IssueRule>();

/** `prefix`: put before the paths, where several repositories stand in one report. */
export function issuesOf(findings: readonly CiFinding[], prefix = ""): Issue[] {
  const seen = new Map<string, number>();
  const place = (span: Span) => {
    const at = placeOf(span);
    return { ...at, path: `${prefix}${at.path}` };
  };
  return findings.map((finding) => {
    const { check, span, message, note, subject, job, related = [], fixes = [], allowed } = finding;
    const name = ["bulkhead.ci.v1", check.id, prefix + span.file.path, job?.id ?? "", subject ?? ""].join(
      "\0",
    );
    const number = seen.get(name) ?? 0;
    seen.set(name, number + 1);
    return {
      rule: ruleOf(check),
      severity: finding.severity ?? check.severity,
      confidence: finding.confidence ?? check.confidence,
      place: place(span),
      message: note === undefined ? message : `${message} (${note})`,
      subject: subject ?? null,
      line: lineOf(span),
      related: related.map((one) => ({ place: place(one.span), message: one.message })),
      fixes: fixes.map(({ title }) => title),
      fingerprint: createHash("sha256").update(`${name}\0${number}`).digest("hex").slice(0, 32),
      ...(allowed !== undefined && { allowed }),
    };
  });
}

function ruleOf(check: Check): IssueRule {
  let rule = rules.get(check);
  if (rule === undefined) {
    const { id, title, severity, attack, mend } = check;
    rule = { id, title, severity, attack, mend, tags: ["ci"] };
    rules.set(check, rule);
  }
  return rule;
}

function lineOf({ file, start, end }: Span): Issue["line"] {
  const { text } = file;
  if (text === "") return null;
  const first = text.lastIndexOf("\n", start - 1) + 1;
  const newline = text.indexOf("\n", first);
  const last = newline === -1 ? text.length : newline;
  const line = text.slice(first, last).trimEnd();
  return {
    text: line,
    start: start - first,
    end: Math.max(start - first, Math.min(end - first, line.length)),
  };
}
