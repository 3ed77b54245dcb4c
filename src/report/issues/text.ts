/** For people: grouped by file, in the order of lines; each with its line as written, why it matters, how to mend it. */
import type { Severity } from "../../core/finding.ts";
import { painter } from "../text.ts";
import { pad, plural, visible, width } from "../visible.ts";
import type { Issue, IssueContext, IssueReport } from "./types.ts";
import { leftOut, summaryOf } from "./words.ts";

const SHADES: Readonly<Record<Severity, Parameters<ReturnType<typeof painter>>[0]>> = {
  critical: ["bold", "red"],
  high: "red",
  medium: "yellow",
  low: "cyan",
  info: "dim",
};
const INDENT = " ".repeat(10);
/** A line that is longer is cut around the place. */
const MOST_COLUMNS = 110;
const MOST_RELATED = 6;

type Paint = ReturnType<typeof painter>;

export const text: IssueReport = {
  id: "text",
  title: "plain text for people",
  render(issues, context) {
    const paint = painter(context.color === true);
    const byFile = Map.groupBy(issues, ({ place }) => place.path);
    // A rule's reasons are given once; a page is for reading.
    const told = new Set<string>();
    const groups = [...byFile].map(([path, all]) =>
      [paint(["bold", "underline"], visible(path)), ...all.map((issue) => block(issue, told, paint))].join(
        "\n\n",
      ),
    );
    return `${[...groups, closing(issues, context, paint)].join("\n\n")}\n`;
  },
};

function block(issue: Issue, told: Set<string>, paint: Paint): string {
  const { rule, severity, place, message, related } = issue;
  const first = !told.has(rule.id);
  told.add(rule.id);
  const more = related.length - MOST_RELATED;
  return [
    `${paint(SHADES[severity], pad(severity, 8))}  ${visible(message)}  ${paint("dim", `[${rule.id}]`)}`,
    ...excerpt(issue, paint),
    ...related
      .slice(0, MOST_RELATED)
      .map(({ place: at, message: says }) =>
        paint("dim", `${INDENT}see ${visible(`${at.path}:${at.line}`)}: ${visible(says)}`),
      ),
    ...(more > 0 ? [paint("dim", `${INDENT}and ${plural(more, "more place")}`)] : []),
    ...(first ? [`${INDENT}why:  ${rule.attack}`, `${INDENT}mend: ${rule.mend}`] : []),
    ...(issue.line === null ? [paint("dim", `${INDENT}${visible(`${place.path}:${place.line}`)}`)] : []),
  ].join("\n");
}

function excerpt({ line, place }: Issue, paint: Paint): string[] {
  if (line === null) return [];
  const from = Math.max(0, Math.min(line.start - 30, line.text.length - MOST_COLUMNS));
  const shown = line.text.length <= MOST_COLUMNS ? 0 : from;
  const indent = shown === 0 ? (/^\s*/.exec(line.text)?.[0].length ?? 0) : 0;
  const cut = shown + indent;
  const body = line.text.slice(cut, cut + MOST_COLUMNS);
  const number = `${place.line}:${place.column}`;
  const before = width(visible(line.text.slice(cut, line.start)));
  const marked = width(visible(line.text.slice(line.start, Math.min(line.end, cut + MOST_COLUMNS))));
  const gutter = " ".repeat(Math.max(0, INDENT.length - 2 - number.length));
  return [
    `${gutter}${paint("dim", number)}  ${visible(body)}`,
    `${INDENT}${" ".repeat(before)}${paint("yellow", "^".repeat(Math.max(1, marked)))}`,
  ];
}

function closing(issues: readonly Issue[], context: IssueContext, paint: Paint): string {
  const { unreadable } = context;
  return [
    `${summaryOf(issues)} (${plural(context.files, "file")} read)`,
    ...leftOut(context).map(visible),
    ...(unreadable.length === 0
      ? []
      : [
          paint(
            "yellow",
            `incomplete: ${plural(new Set(unreadable.map(({ path }) => path)).size, "file was", "files were")} not read whole`,
          ),
        ]),
    ...unreadable.map(({ path, reason }) => `  ${visible(path)}: ${visible(reason)}`),
  ].join("\n");
}
