/** The members that the JSON reports share. Names are stable; null where there is nothing to say. */
import type { Allowed, Finding, Place } from "../../core/finding.ts";

export function placeMembers(place: Place) {
  return {
    path: place.path,
    entry: place.entry ?? null,
    line: place.line,
    column: place.column,
    endLine: place.endLine,
    endColumn: place.endColumn,
    offset: place.offset,
    within: place.within ?? null,
    decoded: place.decoded ?? [],
    commit: place.commit ?? null,
    last: place.last ?? null,
    current: place.current ?? null,
    versions: place.versions ?? null,
    note: place.note ?? null,
  };
}

export function factMembers(finding: Omit<Finding, "place"> & { readonly allowed?: Allowed }) {
  return {
    rule: finding.rule,
    title: finding.title,
    severity: finding.severity,
    provider: finding.provider ?? null,
    kind: finding.kind ?? null,
    opens: finding.opens ?? null,
    incomplete: finding.incomplete ?? null,
    says: finding.says ?? null,
    preview: finding.preview,
    fingerprint: finding.fingerprint ?? null,
    stored: finding.stored ?? null,
    allowed: finding.allowed ?? null,
  };
}

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
