/** For programs: one object, stable names, findings in order. `schema` changes when a name changes its meaning. */
import type { Report } from "./types.ts";

export const json: Report = {
  id: "json",
  title: "JSON for programs",
  render(findings, context) {
    const document = {
      schema: "bulkhead.findings.v1",
      version: context.version,
      complete: context.unreadable.length === 0,
      files: context.files,
      bytes: context.bytes,
      unreadable: context.unreadable.map(({ path, reason }) => ({ path, reason })),
      findings: findings.map((finding) => ({
        rule: finding.rule,
        title: finding.title,
        severity: finding.severity,
        provider: finding.provider ?? null,
        kind: finding.kind ?? null,
        opens: finding.opens ?? null,
        path: finding.place.path,
        line: finding.place.line,
        column: finding.place.column,
        endLine: finding.place.endLine,
        endColumn: finding.place.endColumn,
        offset: finding.place.offset,
        entry: finding.place.entry ?? null,
        within: finding.place.within ?? null,
        preview: finding.preview,
        sha256: finding.sha256,
        fingerprint: finding.fingerprint,
        stored: finding.stored ?? null,
      })),
    };
    return `${escapeControls(JSON.stringify(document, null, 2))}\n`;
  },
};

/** JSON escapes C0 alone; the rest that acts on a terminal is escaped here, so that the file may be shown as it is. */
export function escapeControls(text: string): string {
  return text.replace(
    /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu,
    (char) =>
      char
        .split("")
        .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
        .join(""),
  );
}
