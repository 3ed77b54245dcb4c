/**
 * A smaller declaration from what runs were seen to leave unused. A grant goes only when every run of its stage in the period proves it
 * unused; what is not known stays. Edits are spans of the text, so that comments and layout stay as they are.
 */
import { isMap, isScalar, isSeq, parseDocument } from "yaml";
import type { Node, Pair, YAMLMap, YAMLSeq } from "yaml";
import type { Used } from "../core/receipt.ts";
import { requireManifest } from "./parse.ts";
import type { Manifest, Stage } from "./types.ts";

/** An entry of a stage's `use:`: a secret of a list, or a variable. */
export interface UseEntry {
  readonly stage: string;
  /** As it stands there. */
  readonly name: string;
}

/** What a receipt says of one run. */
export interface RunUses {
  readonly stage: string;
  /** Its signature was checked: else it may prove a use and never the lack of one. */
  readonly proven: boolean;
  /** The job ended with 0 and was the stage's own: one that stopped early or did something else left unused what it would have needed. */
  readonly representative: boolean;
  readonly values: readonly { readonly variable: string; readonly secret: string; readonly used: Used }[];
}

export interface Period {
  readonly runs: readonly RunUses[];
  /** Stages of runs of which there is no receipt that can be read, one for each; null: of which stage is not known. */
  readonly unseen: readonly (string | null)[];
}

export interface SizedEntry extends UseEntry {
  readonly verdict: "used" | "unused" | "unknown";
  /** Runs that prove it. */
  readonly runs: number;
  readonly why: string;
}

/** Every entry of every stage, in the file's order. */
export function sizeEntries(text: string, manifest: Manifest, period: Period): SizedEntry[] {
  return manifest.stages.flatMap((stage) => {
    const names = entriesOf(text, stage.name);
    return names.map(({ name, listed }) =>
      sized({ stage: stage.name, name }, valuesOf(stage, name, listed), period),
    );
  });
}

type Value = { readonly variable: string; readonly secret: string };

/** The values that an entry gives; none for those that no job holds itself. */
function valuesOf({ use, composed }: Stage, name: string, listed: boolean): Value[] {
  const given = use.filter((one) => (listed ? one.secret === name : one.variable === name));
  const parts = composed
    .filter(({ variable }) => !listed && variable === name)
    .flatMap(({ variable, parts: all }) => Object.values(all).map(({ secret }) => ({ variable, secret })));
  return [...given.map(({ variable, secret }) => ({ variable, secret })), ...parts];
}

function sized(entry: UseEntry, values: readonly Value[], { runs, unseen }: Period): SizedEntry {
  const mine = runs.filter(({ stage }) => stage === entry.stage);
  const seen = mine.map((run) => ({ run, used: usedIn(run, values) }));
  const told = (verdict: SizedEntry["verdict"], count: number, why: string): SizedEntry => ({
    ...entry,
    ...{ verdict, runs: count, why },
  });
  const count = (wanted: (one: (typeof seen)[number]) => boolean): number => seen.filter(wanted).length;
  const yes = count(({ used }) => used === "yes");
  if (yes > 0) return told("used", yes, `used in ${yes} of ${runsOf(mine.length)}`);
  const blind = unseen.filter((stage) => stage === null || stage === entry.stage).length;
  if (blind > 0) return told("unknown", 0, `${runsOf(blind)} without a receipt that can be read`);
  const loose = count(({ run }) => !run.proven);
  if (loose > 0) return told("unknown", 0, `the receipts of ${runsOf(loose)} are not validly signed`);
  const open = count(({ used }) => used === "unknown");
  if (open > 0) return told("unknown", 0, `nothing tells whether ${runsOf(open)} used it`);
  const no = count(({ run, used }) => used === "no" && run.representative);
  if (no > 0) return told("unused", no, `unused in ${runsOf(no)}`);
  return told(
    "unknown",
    0,
    mine.length === 0 ? "no run in the period" : "no run of the stage's own command that ended well had it",
  );
}

const runsOf = (count: number): string => (count === 1 ? "1 run" : `${count} runs`);

/** null: the run was not given it. */
function usedIn({ values: given }: RunUses, values: readonly Value[]): Used | null {
  const all = given
    .filter((one) =>
      values.some(({ variable, secret }) => variable === one.variable && secret === one.secret),
    )
    .map(({ used }) => used);
  if (all.length === 0) return null;
  return all.includes("yes") ? "yes" : all.includes("unknown") ? "unknown" : "no";
}

/** The text without these entries. Throws `manifest.invalid` where what is left is no declaration. */
export function withoutEntries(text: string, entries: readonly UseEntry[]): string {
  let left = text;
  for (const entry of entries) left = withoutEntry(left, entry);
  requireManifest(left);
  return left;
}

type Items = YAMLMap | YAMLSeq;

function useOf(text: string, stage: string): { readonly key: Node; readonly items: Items } | null {
  const root = parseDocument(text, { uniqueKeys: false }).contents;
  const stages = isMap(root) ? root.get("stages", true) : null;
  const one = isMap(stages) ? stages.get(stage, true) : null;
  const pair = isMap(one) ? one.items.find(({ key }) => isScalar(key) && key.value === "use") : undefined;
  if (pair === undefined || !(isMap(pair.value) || isSeq(pair.value))) return null;
  return { key: pair.key as Node, items: pair.value };
}

function entriesOf(text: string, stage: string): { readonly name: string; readonly listed: boolean }[] {
  const { items } = useOf(text, stage) ?? {};
  if (items === undefined) return [];
  const listed = isSeq(items);
  return items.items.map((item) => ({ name: nameOf(item), listed }));
}

const nameOf = (item: unknown): string => {
  const node: unknown = isScalar(item) ? item : (item as Pair).key;
  return isScalar(node) ? String(node.value) : "";
};

/** From its first character to its last, without the blanks behind it. */
function spanOf(item: unknown): readonly [number, number] {
  const first = (isScalar(item) ? item : (item as Pair).key) as Node;
  const last = ((isScalar(item) ? item : (item as Pair).value) ?? first) as Node;
  return [first.range?.[0] ?? 0, last.range?.[1] ?? first.range?.[1] ?? 0];
}

function withoutEntry(text: string, { stage, name }: UseEntry): string {
  const use = useOf(text, stage);
  const all: unknown[] = use?.items.items ?? [];
  const at = all.findIndex((item) => nameOf(item) === name);
  if (use === null || at < 0) return text;
  const { items, key } = use;
  const [from, to] = spanOf(all[at]);
  const cut = (start: number, end: number, instead = ""): string =>
    text.slice(0, start) + instead + text.slice(end);
  if (items.flow === true) {
    const [start, end] = [items.range?.[0] ?? from, items.range?.[1] ?? to];
    if (all.length === 1) return cut(start, end, "[]");
    return at + 1 < all.length ? cut(from, spanOf(all[at + 1])[0]) : cut(spanOf(all[at - 1])[1], to);
  }
  const lineStart = text.lastIndexOf("\n", from - 1) + 1;
  const trimmed = text.slice(0, to).trimEnd().length;
  const newline = text.indexOf("\n", trimmed);
  const lineEnd = newline < 0 ? text.length : newline + 1;
  if (all.length > 1) return cut(lineStart, lineEnd);
  const colon = text.indexOf(":", key.range?.[1] ?? 0) + 1;
  return `${text.slice(0, colon)} []${text.slice(colon, lineStart)}${text.slice(lineEnd)}`;
}
