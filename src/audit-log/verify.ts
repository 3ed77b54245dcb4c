/** Verification: every byte of every segment from its first line on, and the anchors. It reads only; damage is reported, never thrown. */
import { join } from "node:path";
import { beginning, type ChainState, follow, isUnfinished } from "./chain.ts";
import { partName, readLines, type Segment, segmentsOf, tailOf } from "./files.ts";
import type { Anchor, AuditProblem, SegmentReport } from "./types.ts";

export async function verifyAuditLog(
  folder: string,
  { anchors = [] }: { anchors?: readonly Anchor[] } = {},
): Promise<SegmentReport[]> {
  const segments = new Map<string, Segment>();
  for (const { segment } of anchors) segments.set(segment, { segment, parts: [] });
  for (const segment of segmentsOf(folder)) segments.set(segment.segment, segment);
  const reports: SegmentReport[] = [];
  for (const segment of [...segments.values()].sort((a, b) => Number(a.segment) - Number(b.segment))) {
    const own = anchors.filter((anchor) => anchor.segment === segment.segment);
    reports.push(await verifySegment(folder, segment, own));
  }
  return reports;
}

async function verifySegment(
  folder: string,
  { segment, parts }: Segment,
  anchors: readonly Anchor[],
): Promise<SegmentReport> {
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
    file = partName(segment, part);
    line = 0;
    if (!parts.includes(part)) return report({ file, line: 0, what: "is missing" });
    try {
      for await (const { lines } of readLines(join(folder, file))) {
        for (const bytes of lines) {
          line++;
          const next: ChainState | string = follow(state, bytes);
          if (typeof next === "string") return report({ file, line, what: next });
          if (expected.get(next.seq)?.some((hash) => hash !== next.hash) === true)
            return report({ file, line, what: "is not the entry that the anchor saw" });
          state = next;
        }
      }
      const { rest } = tailOf(folder, file);
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
