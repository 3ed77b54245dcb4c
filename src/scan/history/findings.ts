/** From hits in blobs to findings: one for each value at each path, with its commits and an exact place. */
import type { CommitRef } from "../../core/finding.ts";
import type { Rule } from "../../detect/types.ts";
import { type Lines, linesIn } from "../lines.ts";
import { PositionCounter } from "../places.ts";
import type { Found } from "../types.ts";
import { lastBefore, type Attribution, type Standing } from "./attribution.ts";
import { catFile } from "./cat-file.ts";
import type { BlobHit, Collector } from "./collect.ts";
import type { HistoryFinding } from "./types.ts";

interface Group {
  readonly key: string;
  readonly path: string;
  readonly entry?: string;
  readonly members: Member[];
}

interface Member {
  readonly blob: string;
  readonly hit: BlobHit;
  readonly standing?: Standing;
}

export interface FindingsOptions {
  readonly root: string;
  readonly collector: Collector;
  readonly attribution: Attribution;
  readonly rules: readonly Rule[];
  readonly unread: (path: string, reason: string) => void;
}

/** By path, then by rule and value: the same order however the work was shared. */
export async function findingsOf(options: FindingsOptions): Promise<HistoryFinding[]> {
  const { collector, attribution, root } = options;
  const groups = groupsOf(collector, attribution);
  const chosen = groups.map((group) => ({ group, member: oldest(group) }));
  // A comment that was added later counts where it stands now.
  const beside = chosen.map(({ group, member }) => newest(group) ?? member);
  const open = chosen.filter(({ member }) => member.hit.lines === undefined);
  const { rows, comments } = await placesIn(root, {
    open: open.map(({ member }) => member),
    beside: beside.filter(({ hit }) => hit.entry === undefined),
    unread: options.unread,
  });
  const rules = new Map(options.rules.map((rule) => [rule.id, rule]));
  return chosen.flatMap(({ group, member }, i) => {
    const comment = comments.get((beside[i] as Member).hit);
    const value = collector.values.get(group.key);
    const rule = value && rules.get(value.rule);
    if (value === undefined || rule === undefined) return [];
    const { lines: known, key: _, offset, length, entry, within } = member.hit;
    const { decoded, incomplete, says } = value;
    const found: Found = {
      ...(known ?? rows.get(member.hit) ?? { line: 1, column: 1, endLine: 1, endColumn: 1 }),
      match: {
        offset,
        length,
        rule,
        value: Buffer.from(value.value),
        ...(decoded && { decoded }),
        ...(incomplete !== undefined && { incomplete }),
        ...(says !== undefined && { says }),
      },
      offset,
      ...(entry !== undefined && { entry: entryOf(group.path, entry) }),
      ...(within !== undefined && { within }),
      ...(comment !== undefined && { lines: comment }),
    };
    return [
      {
        found,
        blob: member.blob,
        blobs: group.members.length,
        ...spanOf(group, member.standing, attribution),
      },
    ];
  });
}

function groupsOf({ blobs }: Collector, { standings }: Attribution): Group[] {
  const places = Map.groupBy(standings, ({ blob }) => blob);
  const groups = new Map<string, Group>();
  for (const [blob, hits] of blobs)
    for (const standing of places.get(blob) ?? [undefined])
      for (const hit of hits) {
        const path = standing?.path ?? "";
        const id = [path, hit.key, hit.entry ?? ""].join("\0");
        let group = groups.get(id);
        if (group === undefined)
          groups.set(
            id,
            (group = {
              key: hit.key,
              path,
              members: [],
              ...(hit.entry !== undefined && { entry: hit.entry }),
            }),
          );
        const last = group.members.at(-1);
        // one place a blob: the first
        if (last?.blob === blob) {
          if (hit.offset < last.hit.offset) group.members.splice(-1, 1, { ...last, hit });
        } else group.members.push({ blob, hit, ...(standing && { standing }) });
      }
  return [...groups.keys()].sort().map((id) => groups.get(id) as Group);
}

const newest = ({ members }: Group): Member | undefined =>
  members.find(({ standing }) => standing?.tip !== undefined);

const PACKED = /\.(?:t?gz|tzst|zstd?)$/i;

/** A packed blob was read without its name, as `x` with the same ending, and what is in it is called by that. */
const entryOf = (path: string, entry: string): string =>
  PACKED.test(path) && /^x(?:[.!]|$)/.test(entry)
    ? `${Buffer.from(path, "latin1")
        .toString("utf8")
        .replace(/^.*\//s, "")
        .replace(/(?<=[^.])\..*$/s, "")}${entry.slice(1)}`
    : entry;

/** The member whose commit is the farthest back. */
const oldest = ({ members }: Group): Group["members"][number] =>
  members.reduce((best, one) => {
    const difference = (one.standing?.first.order ?? -1) - (best.standing?.first.order ?? -1);
    return difference > 0 || (difference === 0 && one.blob < best.blob) ? one : best;
  });

function spanOf(
  { members, path }: Group,
  standing: Standing | undefined,
  { commits }: Attribution,
): Pick<HistoryFinding, "path" | "first" | "last" | "current"> {
  const tip = members.find((member) => member.standing?.tip !== undefined)?.standing?.tip;
  const removed = members
    .flatMap((member) => member.standing?.removed ?? [])
    .reduce<Standing["removed"]>(
      (newest, one) => (newest === undefined || one.order < newest.order ? one : newest),
      undefined,
    );
  const first = refOf(commits, standing?.first.commit);
  const last = refOf(commits, tip ?? lastBefore(removed, commits));
  return {
    path: Buffer.from(path, "latin1").toString("utf8"),
    ...(first && { first }),
    ...(last && { last }),
    current: tip !== undefined,
  };
}

function refOf(commits: Attribution["commits"], id: string | undefined): CommitRef | undefined {
  const commit = id === undefined ? undefined : commits.get(id);
  if (commit === undefined) return undefined;
  const { parents: _, ...ref } = commit;
  return ref;
}

type Rows = Pick<Found, "line" | "column" | "endLine" | "endColumn">;

interface Asked {
  /** Hits that were only followed from another version: their rows are not known. */
  readonly open: readonly Member[];
  /** Hits beside which comments may stand. */
  readonly beside: readonly Member[];
  readonly unread: (path: string, reason: string) => void;
}

async function placesIn(root: string, { open, beside, unread }: Asked) {
  const rows = new Map<BlobHit, Rows>();
  const comments = new Map<BlobHit, Lines>();
  const openIn = Map.groupBy(open, ({ blob }) => blob);
  const besideIn = Map.groupBy(beside, ({ blob }) => blob);
  const ids = [...new Set([...openIn.keys(), ...besideIn.keys()])];
  for await (const object of catFile(root, ids, new Set(["blob"]))) {
    const { id } = object;
    if (!("bytes" in object) || object.bytes === null) {
      if (openIn.has(id)) unread(id, "it could not be read again");
      continue;
    }
    const { bytes } = object;
    const hits = (openIn.get(id) ?? []).map(({ hit }) => hit);
    const counter = new PositionCounter(hits.flatMap(({ offset, length }) => [offset, offset + length]));
    counter.push(bytes);
    for (const hit of hits) {
      const start = counter.at(hit.offset);
      const end = counter.at(hit.offset + hit.length);
      rows.set(hit, { line: start.line, column: start.column, endLine: end.line, endColumn: end.column });
    }
    for (const { hit } of besideIn.get(id) ?? [])
      comments.set(hit, linesIn(bytes, hit.offset, hit.length, { notebook: hit.within !== undefined }));
  }
  return { rows, comments };
}
