/**
 * Takes what a run left out of a notebook: outputs, execution counts, attachments and the state of widgets. The text around them is
 * copied byte for byte (key order, indentation, numbers), so that a difference shows what somebody wrote and nothing else.
 */
import { type Member, type Span, membersOf, valuesOf } from "./json-spans.ts";

export const PARTS = ["outputs", "counts", "attachments", "metadata"] as const;
export type NotebookPart = (typeof PARTS)[number];

export interface CleanOptions {
  /** What stays. */
  readonly keep?: ReadonlySet<NotebookPart>;
  /** Cells with one of these tags keep their outputs and counts. */
  readonly keepTags?: ReadonlySet<string>;
}

export interface Cleaned {
  /** The same buffer where nothing was to be done. */
  readonly bytes: Buffer;
  /** How many cells had each part. */
  readonly removed: Readonly<Record<NotebookPart, number>>;
}

/** What tools write into a cell's metadata on running or showing it. */
const RUN_METADATA: ReadonlySet<string> = new Set([
  "ExecuteTime",
  "execution",
  "executionInfo",
  "outputId",
  "collapsed",
  "scrolled",
  "outputExpanded",
]);
const KEEP_TAG = "keep_output";

interface Edit extends Span {
  readonly text: string;
}

/** Throws a SyntaxError that says where the text stops being a notebook. */
export function cleanNotebook(
  bytes: Buffer,
  { keep = new Set(), keepTags = new Set() }: CleanOptions = {},
): Cleaned {
  const edits: Edit[] = [];
  const removed = { outputs: 0, counts: 0, attachments: 0, metadata: 0 };
  const top = membersOf(bytes, 0);
  const cells = top.find(({ key }) => key === "cells");
  if (cells === undefined) throw new SyntaxError("no notebook of format 4: it has no `cells`");
  const note = (part: NotebookPart, made: readonly Edit[]): void => {
    if (keep.has(part) || made.length === 0) return;
    removed[part]++;
    edits.push(...made);
  };
  for (const cell of valuesOf(bytes, cells.value.start)) {
    const members = membersOf(bytes, cell.start);
    const metadata = members.find(({ key }) => key === "metadata");
    const inMetadata = metadata === undefined ? [] : membersOf(bytes, metadata.value.start);
    if (!staysWhole(bytes, inMetadata, keepTags)) {
      note("outputs", replaced(bytes, members, "outputs", "[]"));
      note("counts", replaced(bytes, members, "execution_count", "null"));
    }
    note("attachments", without(members, new Set(["attachments"])));
    note("metadata", without(inMetadata, RUN_METADATA));
  }
  const metadata = top.find(({ key }) => key === "metadata");
  if (metadata !== undefined)
    note("metadata", without(membersOf(bytes, metadata.value.start), new Set(["widgets", "signature"])));
  return { bytes: edits.length === 0 ? bytes : apply(bytes, edits), removed };
}

/** The cell says so itself, as other cleaners know it: a tag, or `keep_output` in its metadata. */
function staysWhole(bytes: Buffer, metadata: readonly Member[], keepTags: ReadonlySet<string>): boolean {
  const text = (key: string): unknown => {
    const found = metadata.find((member) => member.key === key)?.value;
    return found === undefined ? undefined : JSON.parse(bytes.toString("utf8", found.start, found.end));
  };
  const tags = text("tags");
  const named = Array.isArray(tags) ? tags.map(String) : [];
  return text(KEEP_TAG) === true || named.some((tag) => tag === KEEP_TAG || keepTags.has(tag));
}

function replaced(bytes: Buffer, members: readonly Member[], key: string, text: string): Edit[] {
  return members
    .filter((member) => member.key === key)
    .filter(({ value }) => bytes.toString("latin1", value.start, value.end).replace(/\s+/g, "") !== text)
    .map(({ value }) => ({ ...value, text }));
}

/** Each gone member takes the comma before it along, the first ones the comma after. */
function without(members: readonly Member[], gone: ReadonlySet<string>): Edit[] {
  const edits: Edit[] = [];
  members.forEach(({ key, start, value }, index) => {
    if (!gone.has(key)) return;
    const stays = members.slice(0, index).findLast((member) => !gone.has(member.key));
    const next = members[index + 1];
    const from = stays === undefined ? start : (members[index - 1]?.value.end ?? start);
    const to = stays === undefined && next !== undefined ? next.start : value.end;
    edits.push({ start: from, end: to, text: "" });
  });
  return edits;
}

function apply(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of edits.toSorted((a, b) => a.start - b.start)) {
    pieces.push(bytes.subarray(at, start), Buffer.from(text));
    at = end;
  }
  return Buffer.concat([...pieces, bytes.subarray(at)]);
}
