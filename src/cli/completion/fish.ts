import { type Words, firstWords, groups, secondWord } from "./index.ts";

const quote = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

export function fish(words: readonly Words[]): string {
  const grouped = groups(words);
  const lines = ["# fish completion of bulkhead", "complete -c bulkhead -f"];
  for (const first of firstWords(words)) {
    const brief =
      words.find(({ name }) => name === first)?.brief ?? grouped.get(first)?.map(secondWord).join(", ") ?? "";
    lines.push(`complete -c bulkhead -n __fish_use_subcommand -a ${first} -d ${quote(brief)}`);
  }
  for (const [first, members] of grouped)
    for (const one of members)
      lines.push(
        `complete -c bulkhead -n '__fish_seen_subcommand_from ${first}' -a ${secondWord(one)} -d ${quote(one.brief)}`,
      );
  for (const { name, flags } of words) {
    const seen = name
      .split(" ")
      .map((word) => `__fish_seen_subcommand_from ${word}`)
      .join("; and ");
    for (const { name: flag, brief, values, takesValue } of flags) {
      const value = values !== null ? ` -x -a ${quote(values.join(" "))}` : takesValue ? " -r -F" : "";
      lines.push(`complete -c bulkhead -n ${quote(seen)} -l ${flag.slice(2)}${value} -d ${quote(brief)}`);
    }
  }
  return lines.join("\n");
}
