/** GitLab's secret detection report, schema 15.0.2: one entry for each place, as its pages know them. */
import type { FoundSecret, Place, Severity } from "../core/finding.ts";
import { providerById } from "../providers/lookup.ts";
import { asidesOf, describeStored, fileOf, leftOut, nextStepOf } from "./parts/describe.ts";
import { escapeControls } from "./parts/json-secret.ts";
import { placeHasher } from "./parts/place-hash.ts";
import type { Report, ReportContext } from "./types.ts";
import { visible } from "./visible.ts";

const SEVERITIES: Readonly<Record<Severity, string>> = {
  critical: "Critical",
  high: "High",
  medium: "Medium",
  low: "Low",
  info: "Info",
};

/** As GitLab's own analyzer writes where it looked at files and not at a history. */
const NO_COMMIT = "0000000";
/** `2026-11-21T09:00:00`, UTC without a zone: what the schema asks for. */
const time = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

export const gitlab: Report = {
  id: "gitlab",
  title: "GitLab secret detection report",
  render(secrets, context) {
    const hash = placeHasher();
    const document = {
      version: "15.0.2",
      scan: scanOf(context),
      vulnerabilities: secrets.flatMap((secret) =>
        secret.places.map((place) => vulnerability(secret, place, hash)),
      ),
    };
    return `${escapeControls(JSON.stringify(document, null, 2))}\n`;
  },
};

function scanOf(context: ReportContext) {
  const tool = {
    id: "bulkhead",
    name: "Bulkhead",
    version: context.version || "0",
    vendor: { name: "Bulkhead" },
  };
  return {
    analyzer: tool,
    scanner: tool,
    type: "secret_detection",
    start_time: time(context.started),
    end_time: time(context.ended),
    status: context.unreadable.length === 0 ? "success" : "failure",
    messages: [
      ...context.unreadable.map(({ path, reason }) => ({
        level: "warn",
        value: visible(`not read: ${path}: ${reason}`),
      })),
      ...leftOut(context).map((line) => ({ level: "info", value: visible(line) })),
    ],
  };
}

function vulnerability(secret: FoundSecret, place: Place, hash: ReturnType<typeof placeHasher>) {
  const page = secret.provider === undefined ? undefined : providerById(secret.provider)?.rotate.page;
  const about = [
    `${secret.title} ${secret.preview}`,
    ...(secret.opens === undefined ? [] : [`opens: ${secret.opens}`]),
    ...(secret.stored === undefined ? [] : [describeStored(secret.stored)]),
    ...asidesOf(place),
  ];
  return {
    id: uuidOf(hash(secret, place)),
    category: "secret_detection",
    name: visible(secret.title).slice(0, 255),
    // the page renders Markdown
    description: about.map((line) => markdownText(visible(line))).join("  \n"),
    severity: SEVERITIES[secret.severity],
    solution: visible(nextStepOf(secret)).slice(0, 7_000),
    identifiers: [{ type: "bulkhead_rule_id", name: `Bulkhead rule ${secret.rule}`, value: secret.rule }],
    ...(page === undefined ? {} : { links: [{ name: "where it is replaced", url: page }] }),
    location: {
      file: visible(fileOf(place)),
      commit:
        place.commit === undefined
          ? { sha: NO_COMMIT }
          : {
              sha: place.commit.id,
              author: visible(`${place.commit.author} <${place.commit.email}>`),
              date: place.commit.date,
            },
      start_line: place.line,
      end_line: place.endLine,
    },
  };
}

/** 32 hex digits in the form of a UUID (version 8: made otherwise than by the known ways). */
function uuidOf(hex: string): string {
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}

const markdownText = (text: string): string => text.replace(/[\\`*_{}[\]<>()#+!|~&-]/g, "\\$&");
