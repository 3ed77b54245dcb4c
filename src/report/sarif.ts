/** SARIF 2.1.0 (OASIS), for code-scanning pages. Columns count bytes; `byteOffset` is exact. */
import type { Finding, Severity } from "../core/finding.ts";
import { escapeControls } from "./json.ts";
import { describeStored } from "./text.ts";
import type { Report } from "./types.ts";
import { visible } from "./visible.ts";

// Rows of severity: SARIF level, and the number that code-scanning pages sort by.
const LEVELS: Readonly<Record<Severity, { readonly level: string; readonly score: string }>> = {
  critical: { level: "error", score: "9.5" },
  high: { level: "error", score: "8.0" },
  medium: { level: "warning", score: "5.5" },
  low: { level: "note", score: "3.0" },
  info: { level: "note", score: "0.5" },
};

export const sarif: Report = {
  id: "sarif",
  title: "SARIF 2.1.0 for code scanning",
  render(findings, context) {
    const rules = [...new Map(findings.map((finding) => [finding.rule, finding])).values()];
    const index = new Map(rules.map(({ rule }, i) => [rule, i]));
    const document = {
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [
        {
          tool: { driver: { name: "Bulkhead", version: context.version, rules: rules.map(ruleOf) } },
          columnKind: "utf16CodeUnits",
          invocations: [
            {
              executionSuccessful: context.unreadable.length === 0,
              toolExecutionNotifications: context.unreadable.map(({ path, reason }) => ({
                level: "error",
                message: { text: `not read: ${visible(path)}: ${visible(reason)}` },
              })),
            },
          ],
          results: findings.map((finding) => resultOf(finding, index.get(finding.rule) ?? 0)),
        },
      ],
    };
    return `${escapeControls(JSON.stringify(document, null, 2))}\n`;
  },
};

function ruleOf(finding: Finding) {
  const opens = finding.opens === undefined ? "" : `; it opens: ${finding.opens}`;
  return {
    id: finding.rule,
    name: finding.rule.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase()),
    shortDescription: { text: finding.title },
    fullDescription: { text: `${finding.title} in readable text${opens}` },
    defaultConfiguration: { level: LEVELS[finding.severity].level },
    properties: {
      tags: ["security", "secret", ...(finding.kind === undefined ? [] : [finding.kind])],
      "security-severity": LEVELS[finding.severity].score,
    },
  };
}

function resultOf(finding: Finding, ruleIndex: number) {
  const { place } = finding;
  const inside = [place.entry, place.within].filter((part) => part !== undefined).join(", ");
  const within = inside === "" ? "" : `, ${inside}`;
  const stored = finding.stored === undefined ? "" : `; ${describeStored(finding.stored)}`;
  return {
    ruleId: finding.rule,
    ruleIndex,
    level: LEVELS[finding.severity].level,
    message: { text: visible(`${finding.title} ${finding.preview}${within}${stored}`) },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(place.path), uriBaseId: "%SRCROOT%" },
          region: {
            startLine: place.line,
            startColumn: place.column,
            endLine: place.endLine,
            endColumn: place.endColumn,
            byteOffset: place.offset,
          },
        },
        ...(inside === "" ? {} : { logicalLocations: [{ fullyQualifiedName: visible(inside) }] }),
      },
    ],
    partialFingerprints: { "bulkhead/v1": finding.fingerprint },
  };
}

/** A relative reference: each segment percent-encoded, a first segment with a colon kept from being a scheme. */
function uriOf(path: string): string {
  return path
    .split("/")
    .map((segment) => encodeURIComponent(segment.toWellFormed()))
    .join("/");
}
