/** For people: findings grouped by file, aligned, each with what it opens and, where the store knows it, which secret it is and whose. */
import { styleText } from "node:util";
import type { Finding, Severity, StoredSecretRef } from "../core/finding.ts";
import type { Report, ReportContext } from "./types.ts";
import { formatBytes, pad, plural, visible, width } from "./visible.ts";

type Format = Parameters<typeof styleText>[0];

const SHADES: Readonly<Record<Severity, Format>> = {
  critical: ["bold", "red"],
  high: "red",
  medium: "yellow",
  low: "cyan",
  info: "dim",
};

export const text: Report = {
  id: "text",
  title: "plain text for people",
  render(findings, context) {
    const paint = painter(context.color === true);
    const files = Map.groupBy(findings, ({ place }) => place.path);
    const blocks = [...files].map(([path, found]) => renderFile(path, found, paint));
    return `${[...blocks, closing(findings, files.size, context, paint)].join("\n\n")}\n`;
  },
};

type Paint = (format: Format, text: string) => string;

/** Colours only when asked for: never by looking at the process's own streams. */
export function painter(color: boolean): Paint {
  return color ? (format, text) => styleText(format, text, { validateStream: false }) : (_, text) => text;
}

function renderFile(path: string, findings: readonly Finding[], paint: Paint): string {
  const rows = findings.map((finding) => ({
    finding,
    at: `${finding.place.line}:${finding.place.column}`,
    title: visible(finding.title),
    preview: visible(finding.preview),
  }));
  const widest = (pick: (row: (typeof rows)[number]) => string): number =>
    Math.max(...rows.map((row) => width(pick(row))));
  const at = widest((row) => row.at);
  const severity = widest((row) => row.finding.severity);
  const title = widest((row) => row.title);
  const indent = " ".repeat(at + 4);
  const lines = rows.flatMap((row) => {
    const { finding } = row;
    const { entry, within: part } = finding.place;
    const within = [entry, part].flatMap((one) => (one === undefined ? [] : [`  ${visible(one)}`])).join("");
    const head = `  ${pad(row.at, at)}  ${paint(SHADES[finding.severity], pad(finding.severity, severity))}  ${pad(row.title, title)}  ${row.preview}${within}`;
    const opens =
      finding.opens === undefined ? [] : [paint("dim", `${indent}opens: ${visible(finding.opens)}`)];
    return [
      head,
      ...opens,
      ...(finding.stored === undefined
        ? []
        : [paint("bold", `${indent}${visible(describeStored(finding.stored))}`)]),
    ];
  });
  return [paint("underline", visible(path)), ...lines].join("\n");
}

/** `this is fraud-detector/dev hub (version 2), owner ml@example.com: pushes the model`. */
export function describeStored(stored: StoredSecretRef): string {
  const field = stored.field === "value" ? "" : `.${stored.field}`;
  const owner = stored.owner === undefined ? "without an owner" : `owner ${stored.owner}`;
  const purpose = stored.purpose === undefined ? "" : `: ${stored.purpose}`;
  return `this is ${stored.project}/${stored.environment} ${stored.secret}${field} (version ${stored.version}), ${owner}${purpose}`;
}

function closing(findings: readonly Finding[], files: number, context: ReportContext, paint: Paint): string {
  const read = `${plural(context.files, "file")}, ${formatBytes(context.bytes)} read`;
  const found =
    findings.length === 0
      ? `no findings (${read})`
      : `${plural(findings.length, "finding")} in ${plural(files, "file")} (${read})`;
  if (context.unreadable.length === 0) return found;
  const missing = context.unreadable.map(({ path, reason }) => `  ${visible(path)}: ${visible(reason)}`);
  return [
    found,
    paint("yellow", `incomplete: ${plural(missing.length, "place was", "places were")} not read`),
    ...missing,
  ].join("\n");
}
