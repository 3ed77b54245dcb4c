/** What was found in the packages of `packages.json`, each with the verdict of somebody who read it: `verdicts.json`. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export const verdictNames = ["key", "example", "test", "false"] as const;

/** Where a finding stands: the package's archive without its ending, the path in it, the line (from 1), the rule, the preview. */
export interface Place {
  readonly package: string;
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  readonly preview: string;
}

export interface Judged extends Place {
  readonly verdict: (typeof verdictNames)[number];
  readonly why: string;
}

export interface Peer {
  readonly name: string;
  readonly version: string;
  readonly command: string;
  readonly findings: string;
}

export interface Verdicts {
  readonly findings: readonly Judged[];
  readonly peers: readonly Peer[];
}

const file = join(import.meta.dirname, "verdicts.json");

export const loadVerdicts = (): Verdicts => JSON.parse(readFileSync(file, "utf8")) as Verdicts;

/** One finding a line, to be read and compared as text. */
export function saveVerdicts({ findings, peers }: Verdicts): void {
  const lines = findings.map((row) => `    ${JSON.stringify(row)}`).join(",\n");
  const others = JSON.stringify(peers, null, 2).replaceAll("\n", "\n  ");
  writeFileSync(file, `{\n  "findings": [\n${lines}\n  ],\n  "peers": ${others}\n}\n`);
}

export const show = ({ package: name, path, line, rule, preview }: Place): string =>
  `${name}: ${path}:${line} ${rule} ${preview}`;

/** Findings without a verdict, and verdicts without a finding. Two of one rule on a line count twice. */
export function compare(
  found: readonly Place[],
  judged: readonly Place[],
): { fresh: string[]; gone: string[] } {
  const left = new Map<string, number>();
  for (const one of judged) left.set(show(one), (left.get(show(one)) ?? 0) + 1);
  const fresh: string[] = [];
  for (const one of found.map(show)) {
    const count = left.get(one) ?? 0;
    if (count === 0) fresh.push(one);
    else left.set(one, count - 1);
  }
  return { fresh, gone: [...left].flatMap(([one, count]) => Array<string>(count).fill(one)) };
}
