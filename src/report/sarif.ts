/** SARIF 2.1.0 (OASIS), for code-scanning pages: one result a secret. Columns count bytes; `byteOffset` is exact. */
import type { FoundSecret, Place, Severity } from "../core/finding.ts";
import { asidesOf, describeHistory, describeStored, leftOut, nextStepOf } from "./parts/describe.ts";
import { escapeControls } from "./parts/json-secret.ts";
import { placeHasher } from "./parts/place-hash.ts";
import { providerById } from "../providers/lookup.ts";
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

/** Pages take some thousand locations a result at most. */
const MOST_RELATED = 500;

export const sarif: Report = {
  id: "sarif",
  title: "SARIF 2.1.0 for code scanning",
  render(secrets, context) {
    const all = [...secrets, ...context.allowed];
    const rules = [...new Map(all.map((secret) => [secret.rule, secret])).values()];
    const index = new Map(rules.map(({ rule }, i) => [rule, i]));
    const hash = placeHasher();
    const document = {
      $schema: "https://json.schemastore.org/sarif-2.1.0.json",
      version: "2.1.0",
      runs: [
        {
          tool: { driver: { name: "Bulkhead", version: context.version, rules: rules.map(ruleOf) } },
          columnKind: "utf16CodeUnits",
          originalUriBaseIds: {
            "%SRCROOT%": { description: { text: "The folder the scan was started in" } },
          },
          invocations: [
            {
              executionSuccessful: context.unreadable.length === 0,
              startTimeUtc: new Date(context.started).toISOString(),
              endTimeUtc: new Date(context.ended).toISOString(),
              toolExecutionNotifications: [
                ...context.unreadable.map(({ path, reason }) => ({
                  level: "error",
                  message: { text: `not read: ${visible(path)}: ${visible(reason)}` },
                })),
                ...leftOut(context).map((line) => ({ level: "note", message: { text: visible(line) } })),
              ],
            },
          ],
          results: all.map((secret) => resultOf(secret, index.get(secret.rule) ?? 0, hash)),
        },
      ],
    };
    return `${escapeControls(JSON.stringify(document, null, 2))}\n`;
  },
};

function ruleOf(secret: FoundSecret) {
  const opens = secret.opens === undefined ? "" : `; it opens: ${visible(secret.opens)}`;
  const page = secret.provider === undefined ? undefined : providerById(secret.provider)?.rotate.page;
  return {
    id: secret.rule,
    name: secret.rule.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase()),
    shortDescription: { text: visible(secret.title) },
    fullDescription: { text: `${visible(secret.title)} in readable text${opens}` },
    help: {
      text: `Replace it${page === undefined ? "" : ` at ${page}`}, then take it out of the file: removing it alone does not make it secret again. A value that may stay is allowed with \`bulkhead:allow REASON\` on its line or in .bulkhead/allow.yaml.`,
    },
    ...(page === undefined ? {} : { helpUri: page }),
    defaultConfiguration: { level: LEVELS[secret.severity].level },
    properties: {
      tags: ["security", "secret", ...(secret.kind === undefined ? [] : [secret.kind])],
      "security-severity": LEVELS[secret.severity].score,
    },
  };
}

function resultOf(secret: FoundSecret, ruleIndex: number, hash: ReturnType<typeof placeHasher>) {
  const [place, ...others] = secret.places;
  const history = describeHistory(secret);
  const text = [
    `${secret.title} ${secret.preview}`,
    ...(secret.incomplete === undefined ? [] : [`${secret.incomplete} is not here`]),
    ...(place === undefined ? [] : asidesOf(place)),
    ...(secret.stored === undefined ? [] : [describeStored(secret.stored)]),
    ...(history === null ? [] : [history]),
    nextStepOf(secret),
  ].join("; ");
  return {
    ruleId: secret.rule,
    ruleIndex,
    level: LEVELS[secret.severity].level,
    message: { text: visible(text) },
    locations: place === undefined ? [] : [locationOf(place)],
    relatedLocations: others.slice(0, MOST_RELATED).map((other, id) => ({
      id,
      ...locationOf(other),
      message: { text: visible(["the same value", ...asidesOf(other)].join("; ")) },
    })),
    // a hash of the place; the value's own fingerprint only where a baseline's salt keys it
    partialFingerprints: {
      ...(place === undefined ? {} : { "bulkheadPlace/v1": hash(secret, place) }),
      ...(secret.fingerprint === undefined ? {} : { "bulkheadValue/v1": secret.fingerprint }),
    },
    ...(secret.allowed === undefined
      ? {}
      : {
          suppressions: [
            {
              kind: secret.allowed.source.endsWith(" comments") ? "inSource" : "external",
              status: "accepted",
              justification: visible(`${secret.allowed.reason} (${secret.allowed.source})`),
            },
          ],
        }),
  };
}

function locationOf(place: Place) {
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
