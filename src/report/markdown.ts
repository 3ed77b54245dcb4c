/** Markdown for a comment on a change: a table of secrets, short enough for a code host's limit. */
import type { FoundSecret } from "../core/finding.ts";
import { asidesOf, describeStored, leftOut, nextStepOf, placeOf, summaryOf } from "./parts/describe.ts";
import { markdown as escape, markdownCode } from "./parts/escape.ts";
import type { Report } from "./types.ts";
import { formatBytes, plural } from "./visible.ts";

/** Comments end at 65,536 characters. */
const MOST_ROWS = 60_000;
const MOST_PLACES = 5;
const MOST_CELL = 300;

export const markdown: Report = {
  id: "markdown",
  title: "Markdown for comments",
  render(secrets, context) {
    const shown: string[] = [];
    for (let size = 0; shown.length < secrets.length; ) {
      const next = row(secrets[shown.length] as FoundSecret);
      size += next.length + 1;
      if (size > MOST_ROWS) break;
      shown.push(next);
    }
    const rest = secrets.length - shown.length;
    const parts = [
      `### Bulkhead: ${summaryOf(secrets)}`,
      ...(shown.length === 0
        ? []
        : [["| severity | secret | where | next |", "| --- | --- | --- | --- |", ...shown].join("\n")]),
      ...(rest === 0 ? [] : [`And ${plural(rest, "more secret")}.`]),
      [
        `${plural(context.files, "file")}, ${formatBytes(context.bytes)} read.`,
        ...leftOut(context).map((line) => `${escape(line)}.`),
        ...(context.unreadable.length === 0
          ? []
          : [`**Incomplete**: ${plural(context.unreadable.length, "place was", "places were")} not read.`]),
      ].join("  \n"),
    ];
    return `${parts.join("\n\n")}\n`;
  },
};

const cut = (text: string): string => (text.length > MOST_CELL ? `${text.slice(0, MOST_CELL)}…` : text);
const words = (text: string): string => escape(cut(text));
const code = (text: string): string => markdownCode(cut(text));

function row(secret: FoundSecret): string {
  const places = secret.places
    .slice(0, MOST_PLACES)
    .map((place) => [placeOf(place), ...asidesOf(place)].map(code).join(" "));
  const rest = secret.places.length - places.length + secret.morePlaces;
  const what = [
    `**${words(secret.title)}** ${code(secret.preview)}`,
    ...(secret.opens === undefined ? [] : [`opens: ${words(secret.opens)}`]),
    ...(secret.stored === undefined ? [] : [code(describeStored(secret.stored))]),
  ];
  const where = [...places, ...(rest === 0 ? [] : [`and ${plural(rest, "more place")}`])];
  return `| ${secret.severity} | ${what.join("<br>")} | ${where.join("<br>")} | ${code(nextStepOf(secret))} |`;
}
