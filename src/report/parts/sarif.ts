/** What every SARIF log has, whatever its results are about. Columns count bytes; `byteOffset` is exact. */
import type { Place, Severity } from "../../core/finding.ts";
import { visible } from "../visible.ts";
import { escapeControls } from "./json-secret.ts";

// Rows of severity: SARIF level, and the number that code-scanning pages sort by.
export const LEVELS: Readonly<Record<Severity, { readonly level: string; readonly score: string }>> = {
  critical: { level: "error", score: "9.5" },
  high: { level: "error", score: "8.0" },
  medium: { level: "warning", score: "5.5" },
  low: { level: "note", score: "3.0" },
  info: { level: "note", score: "0.5" },
};

/** Pages take some thousand locations a result at most. */
export const MOST_RELATED = 500;

export interface SarifLog {
  readonly version: string;
  readonly rules: readonly object[];
  readonly results: readonly object[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
  /** What was left out, and by whom. */
  readonly notes: readonly string[];
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly ended: number;
}

export function sarifText({ version, rules, results, unreadable, notes, started, ended }: SarifLog): string {
  const document = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Bulkhead", version, rules } },
        columnKind: "utf16CodeUnits",
        originalUriBaseIds: {
          "%SRCROOT%": { description: { text: "The folder the scan was started in" } },
        },
        invocations: [
          {
            executionSuccessful: unreadable.length === 0,
            startTimeUtc: new Date(started).toISOString(),
            endTimeUtc: new Date(ended).toISOString(),
            toolExecutionNotifications: [
              ...unreadable.map(({ path, reason }) => ({
                level: "error",
                message: { text: `not read: ${visible(path)}: ${visible(reason)}` },
              })),
              ...notes.map((line) => ({ level: "note", message: { text: visible(line) } })),
            ],
          },
        ],
        results,
      },
    ],
  };
  return `${escapeControls(JSON.stringify(document, null, 2))}\n`;
}

/** `openai-api-key` → `OpenaiApiKey` */
export const ruleName = (id: string): string =>
  id.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase());

export function locationOf(place: Place) {
  const logical = [
    ...(place.entry === undefined
      ? []
      : [{ fullyQualifiedName: visible(`${place.entry}:${place.line}`), kind: "resource" }]),
    ...(place.within === undefined ? [] : [{ fullyQualifiedName: visible(place.within), kind: "element" }]),
  ];
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(place.path), uriBaseId: "%SRCROOT%" },
      // lines inside an archive are none of the file's
      ...(place.entry === undefined
        ? {
            region: {
              startLine: place.line,
              startColumn: place.column,
              endLine: place.endLine,
              endColumn: place.endColumn,
              byteOffset: place.offset,
            },
          }
        : {}),
    },
    ...(logical.length === 0 ? {} : { logicalLocations: logical }),
  };
}

/** A relative reference: each segment percent-encoded, a first segment with a colon kept from being a scheme. */
function uriOf(path: string): string {
  return path
    .split("/")
    .map((segment) => encodeURIComponent(segment.toWellFormed()))
    .join("/");
}
