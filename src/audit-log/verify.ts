/**
 * Verification: every byte of every segment from its first line on, and the anchors. It reads only; damage is reported, never
 * thrown. Nodes share the anchors: each is looked for in the folder of its own node; when that is not among those given, it is
 * said to lie elsewhere, by name.
 */
import { join } from "node:path";
import { beginning, type ChainState, follow, isUnfinished } from "./chain.ts";
import { noSegment, partFile, partName, readLines, type Segment, segmentsOf } from "./files.ts";
import { placeOf, readNodeId } from "./node.ts";
import type {
  Anchor,
  AuditProblem,
  ElsewhereReport,
  FolderReport,
  LogReport,
  SegmentReport,
} from "./types.ts";

/** Segments of one folder, with the anchors that are its own. */
export async function verifyAuditLog(
  folder: string,
  { anchors = [] }: { anchors?: readonly Anchor[] } = {},
): Promise<SegmentReport[]> {
  const { folders } = await verifyAuditLogs([folder], { anchors });
  return folders.flatMap(({ segments }) => segments);
}

/** The folders of several nodes, or one of them. */
export async function verifyAuditLogs(
  folders: readonly string[],
  { anchors = [] }: { anchors?: readonly Anchor[] } = {},
): Promise<LogReport> {
  const owners = folders.map((folder) => ({
    folder,
    node: readNodeId(folder),
    place: placeOf(folder),
    own: [] as Anchor[],
  }));
  const elsewhere: Anchor[] = [];
  for (const anchor of anchors) {
    const { node, host, folder } = anchor;
    const byName = owners.filter((owner) => owner.node === node);
    const byPlace = owners.filter(({ place }) => place.host === host && place.folder === folder);
    // a folder that does not say whose it is must answer for what no other does
    const nameless = owners.filter((owner) => owner.node === null);
    const named = byName.length > 0 ? byName : byPlace.length > 0 ? byPlace : nameless;
    const its = node === undefined ? owners : named;
    for (const { own } of its) own.push(anchor);
    if (its.length === 0) elsewhere.push(anchor);
  }
  const reports: FolderReport[] = [];
  for (const { folder, node, own } of owners)
    reports.push({
      folder,
      node,
      unknown: own.length === 0 && anchors.length > 0,
      segments: await verifyFolder(folder, own),
    });
  return { folders: reports, elsewhere: byNode(elsewhere) };
}

function byNode(anchors: readonly Anchor[]): ElsewhereReport[] {
  const nodes = new Map<string, { readonly last: Anchor; readonly entries: Map<string, number> }>();
  for (const anchor of anchors) {
    const { node = "", segment, seq } = anchor;
    const { entries } = nodes.get(node) ?? { entries: new Map<string, number>() };
    entries.set(segment, Math.max(seq, entries.get(segment) ?? 0));
    nodes.set(node, { last: anchor, entries });
  }
  return [...nodes]
    .map(([node, { last, entries }]) => ({
      node,
      host: last.host ?? "",
      folder: last.folder ?? "",
      segments: [...entries.keys()].sort((a, b) => Number(a) - Number(b)),
      entries: [...entries.values()].reduce((sum, seq) => sum + seq, 0),
    }))
    .sort((a, b) => (a.node < b.node ? -1 : 1));
}

async function verifyFolder(folder: string, anchors: readonly Anchor[]): Promise<SegmentReport[]> {
  const segments = new Map<string, Segment>();
  for (const { segment } of anchors) segments.set(segment, noSegment(segment));
  for (const segment of segmentsIn(folder)) segments.set(segment.segment, segment);
  const reports: SegmentReport[] = [];
  for (const segment of [...segments.values()].sort((a, b) => Number(a.segment) - Number(b.segment))) {
    const own = anchors.filter((anchor) => anchor.segment === segment.segment);
    reports.push(await verifySegment(folder, segment, own));
  }
  return reports;
}

/** A folder that is gone holds nothing: what the anchors know of it is missing. */
function segmentsIn(folder: string): Segment[] {
  try {
    return segmentsOf(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

async function verifySegment(
  folder: string,
  whole: Segment,
  anchors: readonly Anchor[],
): Promise<SegmentReport> {
  const { segment, parts } = whole;
  let state = beginning(segment);
  let unfinished = false;
  let file = partName(segment, 1);
  let line = 0;
  const expected = new Map<number, string[]>();
  for (const { seq, hash } of anchors) expected.set(seq, [...(expected.get(seq) ?? []), hash]);
  const report = (problem: AuditProblem | null): SegmentReport => ({
    segment,
    ok: problem === null,
    entries: state.seq,
    problem,
    unfinished,
  });
  const last = Math.max(1, ...parts);
  for (let part = 1; part <= last; part++) {
    file = partFile(whole, part);
    line = 0;
    if (!parts.includes(part)) return report({ file, line: 0, what: "is missing" });
    try {
      let rest = Buffer.alloc(0);
      const onRest = (bytes: Buffer): void => void (rest = Buffer.from(bytes));
      for await (const { lines } of readLines(join(folder, file), { onRest })) {
        for (const bytes of lines) {
          line++;
          const next: ChainState | string = follow(state, bytes);
          if (typeof next === "string") return report({ file, line, what: next });
          if (expected.get(next.seq)?.some((hash) => hash !== next.hash) === true)
            return report({ file, line, what: "is not the entry that the anchor saw" });
          state = next;
        }
      }
      unfinished = rest.length > 0;
      if (unfinished && (part < last || !isUnfinished(state, rest)))
        return report({ file, line: line + 1, what: "is damaged" });
    } catch (error) {
      const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
      return report({ file, line: 0, what: `cannot be read: ${reason}` });
    }
  }
  const furthest = Math.max(0, ...expected.keys());
  if (furthest > state.seq)
    return report({ file, line: line + 1, what: `is cut off: an anchor saw ${furthest} entries` });
  return report(null);
}
