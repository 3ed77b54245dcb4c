/** How names of the log stand in sentences: whoever sends requests chooses many of them. */
import type { Access, Who } from "./types.ts";

const MOST_NAME = 160;

/** On one line, bounded, without control, direction or markup characters; `@` calls nobody in a chat. */
export function name(text: string): string {
  const plain = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]+/gu, "?")
    .replace(/[<>&`*~|\\[\]]/g, "?")
    .replace(/@(?=[\p{L}\p{N}_])/gu, "(at)");
  return plain.length > MOST_NAME ? `${[...plain].slice(0, MOST_NAME - 1).join("")}…` : plain;
}

export const whoIs = ({ identity }: Who): string => name(identity);

/** `, in job J, run R, at commit C`: as far as the token says. */
export function jobWords(metadata: Readonly<Record<string, string>>): string {
  const { job, run, commit } = metadata;
  return [
    job === undefined ? "" : `, job ${name(job)}`,
    run === undefined ? "" : `, run ${name(run)}`,
    commit === undefined ? "" : `, commit ${name(commit.slice(0, 12))}`,
  ].join("");
}

export const byJob = ({ who }: Access): string => (who === null ? "" : jobWords(who.metadata));

const UNITS = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1_000, "second"],
] as const;

/** `23 days`, `1 hour`, `0 seconds`. */
export function span(ms: number): string {
  for (const [unit, word] of UNITS)
    if (ms >= unit || unit === 1_000) {
      const number = Math.floor(ms / unit);
      return `${number} ${word}${number === 1 ? "" : "s"}`;
    }
  return "";
}

/** Two or three names, and how many there are besides. */
export function few(names: readonly string[]): string {
  const shown = names.slice(0, 3).map(name);
  const more = names.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}
