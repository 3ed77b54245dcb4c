/** Markdown for a comment on a change: a table of issues, short enough for a code host's limit, and what the rules in it mean. */
import { markdown as escape, markdownCode } from "../parts/escape.ts";
import { plural } from "../visible.ts";
import type { Issue, IssueReport, IssueRule } from "./types.ts";
import { leftOut, sentence, summaryOf } from "./words.ts";

/** Comments end at 65,536 characters. */
const MOST_ROWS = 45_000;
const MOST_CELL = 400;

export const markdown: IssueReport = {
  id: "markdown",
  title: "Markdown for comments",
  render(issues, context) {
    const shown: string[] = [];
    for (let size = 0; shown.length < issues.length; ) {
      const next = row(issues[shown.length] as Issue);
      size += next.length + 1;
      if (size > MOST_ROWS) break;
      shown.push(next);
    }
    const rest = issues.length - shown.length;
    const rules = [...new Map(issues.slice(0, shown.length).map(({ rule }) => [rule.id, rule])).values()];
    const parts = [
      `### Bulkhead: ${summaryOf(issues)}`,
      ...(shown.length === 0
        ? []
        : [["| severity | where | what | check |", "| --- | --- | --- | --- |", ...shown].join("\n")]),
      ...(rest === 0 ? [] : [`And ${plural(rest, "more finding")}.`]),
      ...(rules.length === 0 ? [] : [rules.map(ruleLine).join("\n")]),
      [
        `${plural(context.files, "file")} read.`,
        ...leftOut(context).map((line) => `${escape(line)}.`),
        ...(context.unreadable.length === 0
          ? []
          : [
              `**Incomplete**: ${plural(new Set(context.unreadable.map(({ path }) => path)).size, "file was", "files were")} not read whole.`,
            ]),
      ].join("  \n"),
    ];
    return `${parts.join("\n\n")}\n`;
  },
};

const cut = (text: string): string => (text.length > MOST_CELL ? `${text.slice(0, MOST_CELL)}…` : text);

const row = ({ severity, place, message, rule }: Issue): string =>
  `| ${severity} | ${markdownCode(cut(`${place.path}:${place.line}`))} | ${escape(cut(sentence(message)))} | ${markdownCode(rule.id)} |`;

const ruleLine = ({ id, attack, mend }: IssueRule): string =>
  `- ${markdownCode(id)}: ${escape(`${attack} ${mend}`)}`;
