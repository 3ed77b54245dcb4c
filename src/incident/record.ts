/** The record for people: Markdown that says the same as the JSON beside it. Names come from outside and cannot write markup. */
import { stepTitle } from "./plan.ts";
import type { IncidentRecord, Plan, PlanItem, Target } from "./types.ts";

/** On one line, without characters that Markdown or HTML read. */
export const plainText = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").replace(/[\\`*_{}[\]<>|#!]/g, (sign) => `\\${sign}`);
/** As code: nothing in it is read. */
const code = (text: string): string => `\`${text.replace(/[\p{Cc}\p{Cf}`]+/gu, " ")}\``;

export const targetText = ({ kind, name }: Target): string =>
  kind === "everything" ? "everything" : `the ${kind} ${name}`;

export function planMarkdown({ target, items }: Plan): string {
  const lines = [`# Incident plan: ${plainText(targetText(target))}`, ""];
  for (const group of grouped(items)) {
    lines.push(`## ${group.step}. ${stepTitle(group.step)}`, "");
    for (const item of group.items) lines.push(...itemLines(item), "");
  }
  return `${lines.join("\n").trimEnd()}\n`;
}

const itemLines = ({ id, title, owner, command, breaks, proof, action }: PlanItem): string[] => [
  `- **${id}** ${plainText(title)}`,
  `  - owner: ${plainText(owner)}${action === null ? "" : "; done by `bulkhead incident start`"}`,
  `  - by hand: ${code(command)}`,
  `  - breaks: ${plainText(breaks)}`,
  `  - proof: ${plainText(proof)}`,
];

const grouped = (
  items: readonly PlanItem[],
): { readonly step: number; readonly items: readonly PlanItem[] }[] =>
  [1, 2, 3, 4, 5, 6, 7]
    .map((step) => ({ step, items: items.filter((item) => item.step === step) }))
    .filter((group) => group.items.length > 0);

export function recordMarkdown(record: IncidentRecord): string {
  const { id, state, target, created, closed, by, plan, items, timeline } = record;
  const lines = [
    `# Incident ${id}: ${plainText(targetText(target))}`,
    "",
    `Begun ${created} by ${plainText(by)}; ${closed === null ? state : `closed ${closed}`}.`,
    "",
    "## What was done",
    "",
  ];
  const states = new Map(items.map((item) => [item.id, item]));
  for (const group of grouped(plan)) {
    lines.push(`### ${group.step}. ${stepTitle(group.step)}`, "");
    for (const { id: item, title } of group.items) {
      const now = states.get(item);
      const when =
        now?.time === null || now?.time === undefined ? "" : ` (${now.time}, ${plainText(now.by)})`;
      lines.push(`- **${item}** ${plainText(title)}: ${now?.state ?? "waiting"}${when}`);
      if (now !== undefined && now.note !== "") lines.push(`  - ${plainText(now.note)}`);
    }
    lines.push("");
  }
  lines.push("## Time line", "");
  for (const { time, by: who, what } of timeline)
    lines.push(`- ${time} ${plainText(who)}: ${plainText(what)}`);
  return `${lines.join("\n").trimEnd()}\n`;
}
