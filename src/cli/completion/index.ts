/** Completion scripts, each from the same list of commands and flags. */
import { bash } from "./bash.ts";
import { fish } from "./fish.ts";
import { zsh } from "./zsh.ts";

export interface FlagWords {
  /** `--env` */
  readonly name: string;
  readonly brief: string;
  /** null: any value, or none. */
  readonly values: readonly string[] | null;
  readonly takesValue: boolean;
}

export interface Words {
  /** `secret put` */
  readonly name: string;
  readonly brief: string;
  readonly flags: readonly FlagWords[];
}

export const scripts = { bash, zsh, fish } as const satisfies Record<
  string,
  (words: readonly Words[]) => string
>;
export type Shell = keyof typeof scripts;

/** First words, each once. */
export const firstWords = (words: readonly Words[]): string[] => [
  ...new Set(words.map(({ name }) => name.split(" ")[0] ?? "")),
];

/** Second words by first word. */
export function groups(words: readonly Words[]): Map<string, Words[]> {
  const grouped = Map.groupBy(
    words.filter(({ name }) => name.includes(" ")),
    ({ name }) => name.split(" ")[0] ?? "",
  );
  return grouped as Map<string, Words[]>;
}

export const secondWord = ({ name }: Words): string => name.split(" ")[1] ?? "";
