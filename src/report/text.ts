/** For people: one block a secret, the worst first: what it opens, whose it is, where it stands, what to do next. */
import { styleText } from "node:util";
import type { FoundSecret, Place, Severity } from "../core/finding.ts";
import {
  asidesOf,
  countPlaces,
  describeHistory,
  describeStored,
  fileOf,
  leftOut,
  nextStepOf,
  placeOf,
} from "./parts/describe.ts";
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

/** More are counted: a page is for reading. */
const MOST_PLACES = 20;
const INDENT = " ".repeat(10);

export const text: Report = {
  id: "text",
  title: "plain text for people",
  render(secrets, context) {
    const paint = painter(context.color === true);
    const blocks = secrets.map((secret) => renderSecret(secret, context, paint));
    return `${[...blocks, closing(secrets, context, paint)].join("\n\n")}\n`;
  },
};

type Paint = (format: Format, text: string) => string;

/** Colours only when asked for: never by looking at the process's own streams. */
export function painter(color: boolean): Paint {
  return color ? (format, text) => styleText(format, text, { validateStream: false }) : (_, text) => text;
}

function renderSecret(secret: FoundSecret, { reveal }: ReportContext, paint: Paint): string {
  const value = reveal?.(secret) ?? null;
  const history = describeHistory(secret);
  const said = (words: string, format?: Format): string[] => {
    const line = `${INDENT}${visible(words)}`;
    return [format === undefined ? line : paint(format, line)];
  };
  return [
    `${paint(SHADES[secret.severity], pad(secret.severity, 8))}  ${paint("bold", visible(secret.title))}  ${visible(secret.preview)}`,
    ...(value === null ? [] : said(`value: ${value}`)),
    ...(secret.incomplete === undefined ? [] : said(`incomplete: ${secret.incomplete} is not here`)),
    ...(secret.says === undefined ? [] : said(`says: ${secret.says}`)),
    ...(secret.opens === undefined ? [] : said(`opens: ${secret.opens}`, "dim")),
    ...(secret.stored === undefined ? [] : said(describeStored(secret.stored), "bold")),
    ...places(secret, paint),
    ...(history === null ? [] : said(history)),
    ...(secret.fingerprint === undefined ? [] : said(`fingerprint: ${secret.fingerprint}`, "dim")),
    ...said(`next: ${nextStepOf(secret)}`, "dim"),
  ].join("\n");
}

function places({ places: all, morePlaces }: FoundSecret, paint: Paint): string[] {
  const shown = all.slice(0, MOST_PLACES).map((place) => ({ at: visible(placeOf(place)), place }));
  const widest = Math.max(...shown.map(({ at }) => width(at)));
  const rest = all.length - shown.length + morePlaces;
  const line = ({ at, place }: { at: string; place: Place }): string =>
    `${INDENT}${paint("underline", at)}${[pad("", widest - width(at)), ...asidesOf(place).map(visible)].join("  ")}`.trimEnd();
  return [...shown.map(line), ...(rest === 0 ? [] : [`${INDENT}and ${plural(rest, "more place")}`])];
}

function closing(secrets: readonly FoundSecret[], context: ReportContext, paint: Paint): string {
  const read = `${plural(context.files, "file")}, ${formatBytes(context.bytes)} read`;
  const files = new Set(secrets.flatMap(({ places: all }) => all.map(fileOf))).size;
  const found =
    secrets.length === 0
      ? `no findings (${read})`
      : `${plural(secrets.length, "secret")} in ${plural(countPlaces(secrets), "place")} of ${plural(files, "file")} (${read})`;
  const missing = context.unreadable.map(({ path, reason }) => `  ${visible(path)}: ${visible(reason)}`);
  return [
    found,
    ...leftOut(context).map(visible),
    ...(missing.length === 0
      ? []
      : [paint("yellow", `incomplete: ${plural(missing.length, "place was", "places were")} not read`)]),
    ...missing,
  ].join("\n");
}
