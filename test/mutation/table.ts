/**
 * What was found, file by file, as it is committed (`verdicts.json`): how many mutants were noticed, which were not, and which are
 * open: judged in haste alone, in a file that changed since, or not at all.
 */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Fate } from "./judge.ts";
import type { Mutant } from "./mutants.ts";
import { root } from "./targets.ts";

export interface Verdict {
  readonly key: string;
  /** Of the mutated file and, for a survivor, of the tests that did not notice. */
  readonly of: string;
  readonly fate: Fate;
  readonly by: string;
  readonly asked: number;
  readonly budget: number;
}

export interface Row {
  readonly killed: number;
  readonly timeout?: number;
  /** Keys without the file. */
  readonly survived?: readonly string[];
  readonly open?: readonly string[];
}

const PLACE = join(import.meta.dirname, "verdicts.json");

export const digestOf = (file: string): string =>
  createHash("sha256")
    .update(readFileSync(join(root, file)))
    .digest("hex")
    .slice(0, 16);

export const readTable = (): Readonly<Record<string, Row>> =>
  JSON.parse(readFileSync(PLACE, "utf8")) as Record<string, Row>;

/** A survivor without a reason is open: nobody has looked at it yet. A file of which nothing is known here keeps its row of `before`. */
export function tableOf(
  mutants: readonly Mutant[],
  verdicts: ReadonlyMap<string, Verdict>,
  {
    reasons,
    before = {},
  }: { reasons: Readonly<Record<string, string>>; before?: Readonly<Record<string, Row>> },
): Record<string, Row> {
  const table: Record<string, Row> = {};
  for (const [file, own] of Map.groupBy(mutants, (mutant) => mutant.file)) {
    const kept = before[file];
    if (kept !== undefined && !own.some(({ key }) => verdicts.has(key))) {
      table[file] = kept;
      continue;
    }
    const now = digestOf(file);
    const fateOf = ({ key }: Mutant): Fate | "open" => {
      const verdict = verdicts.get(key);
      if (verdict === undefined) return "open";
      if (verdict.fate === "survived") return key in reasons ? "survived" : "open";
      return verdict.of === now ? verdict.fate : "open";
    };
    const fates = Map.groupBy(own, fateOf);
    const short = (fate: Fate | "open"): string[] =>
      (fates.get(fate) ?? []).map(({ key }) => key.slice(file.length + 1)).sort();
    const [timeout, survived, open] = [fates.get("timeout")?.length ?? 0, short("survived"), short("open")];
    table[file] = {
      killed: fates.get("killed")?.length ?? 0,
      ...(timeout > 0 && { timeout }),
      ...(survived.length > 0 && { survived }),
      ...(open.length > 0 && { open }),
    };
  }
  return table;
}

export const writeTable = (table: Readonly<Record<string, Row>>): void =>
  writeFileSync(PLACE, `${JSON.stringify(table, null, 1)}\n`);
