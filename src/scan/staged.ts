/**
 * Scans what is about to be committed: the blobs of the index that HEAD does not have at their paths. They are read whole; reported is
 * what stands on lines that are new. Two git processes, a third only where something was found.
 */
import { gitBytes } from "./git.ts";
import { catFile } from "./history/cat-file.ts";
import type { ContentScanner, Found, Unread } from "./types.ts";

export interface StagedFinding {
  readonly path: string;
  /** Hex id of the staged blob. */
  readonly blob: string;
  readonly found: Found;
}

export interface StagedScan {
  /** By path and offset. */
  readonly findings: readonly StagedFinding[];
  readonly files: number;
  readonly bytes: number;
  readonly unread: readonly Unread[];
}

export interface ScanStagedOptions {
  readonly root: string;
  readonly scanner: ContentScanner;
  /** Absolute path of the index, where git names another one to a hook (`git commit -a`, `git commit FILE`). */
  readonly index?: string;
}

interface Entry {
  readonly blob: string;
  /** Latin-1 of the bytes; `from` where it was renamed. */
  readonly path: string;
  readonly from?: string;
}

/** Whatever the repository configures: these decide what is shown. */
const DIFF = [
  "diff",
  "--cached",
  "-z",
  "--find-renames",
  "--no-abbrev",
  "--no-relative",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--ignore-submodules=all",
  "--diff-filter=AMTRU",
  "-O/dev/null",
];

export async function scanStaged({ root, scanner, index }: ScanStagedOptions): Promise<StagedScan> {
  const unread: Unread[] = [];
  const listed = await gitBytes(root, [...DIFF, "--raw"], "", index);
  if (listed === null)
    return {
      findings: [],
      files: 0,
      bytes: 0,
      unread: [{ path: "index", reason: "git cannot read what is staged" }],
    };
  const entries = entriesOf(listed.toString("latin1").split("\0"), (path) =>
    unread.push({ path: text(path), reason: "it has conflicts" }),
  );
  const byBlob = Map.groupBy(entries, ({ blob }) => blob);
  const found: { entry: Entry; found: Found }[] = [];
  let files = 0;
  let bytes = 0;
  for await (const object of catFile(root, [...byBlob.keys()], new Set(["blob"]))) {
    const places = byBlob.get(object.id) ?? [];
    if ("reason" in object) {
      for (const { path } of places) unread.push({ path: text(path), reason: object.reason });
      continue;
    }
    for (const entry of places) {
      files++;
      bytes += object.size;
      const path = text(entry.path);
      const held = object.bytes;
      if (held !== null && !scanner.needsFormat(path, held.subarray(0, 512)))
        found.push(
          ...scanner
            .plain(held, (reason) => unread.push({ path, reason }))
            .map((one) => ({ entry, found: one })),
        );
      else {
        const result = await scanner.scan({ path, source: held === null ? object.source : sourceOf(held) });
        found.push(...result.found.map((one) => ({ entry, found: one })));
        unread.push(...result.unread.map((one) => ({ ...one, path: one.path || path })));
      }
    }
  }
  const fresh = await freshLines(root, new Set(found.map(({ entry }) => entry)), index);
  const findings = found
    .filter(({ entry, found: one }) => isFresh(one, fresh?.get(entry.path)))
    .map(({ entry, found: one }) => ({ path: text(entry.path), blob: entry.blob, found: one }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.found.offset - b.found.offset));
  return { findings, files, bytes, unread };
}

const text = (path: string): string => Buffer.from(path, "latin1").toString("utf8");

const sourceOf = (bytes: Buffer) => ({
  size: bytes.length,
  chunks: () => [bytes],
  read: (offset: number, length: number) => Buffer.from(bytes.subarray(offset, offset + length)),
});

/** Fields of `--raw -z`: modes, ids and a letter, then one path, or two for a rename. */
function entriesOf(fields: readonly string[], conflict: (path: string) => void): Entry[] {
  const entries: Entry[] = [];
  for (let i = 0; i < fields.length && fields[i]?.startsWith(":") === true; ) {
    const [, , , blob = "", status = ""] = (fields[i++] ?? "").split(" ");
    const from = status.startsWith("R") ? fields[i++] : undefined;
    const path = fields[i++] ?? "";
    if (status === "U") conflict(path);
    // A file that only moved brings nothing.
    else if (status !== "R100") entries.push({ blob, path, ...(from !== undefined && { from }) });
  }
  return entries;
}

type Lines = readonly (readonly [from: number, to: number])[];

/** New lines by path (Latin-1); null when git does not say: then all count as new. */
async function freshLines(
  root: string,
  entries: ReadonlySet<Entry>,
  index: string | undefined,
): Promise<ReadonlyMap<string, Lines> | null> {
  if (entries.size === 0) return new Map();
  const paths = [...entries].flatMap(({ path, from }) => [path, ...(from === undefined ? [] : [from])]);
  const shown = await gitBytes(
    root,
    [
      "--literal-pathspecs",
      ...DIFF,
      "--patch-with-raw",
      "--text",
      "--unified=0",
      "--inter-hunk-context=0",
      "--",
      ...paths.map(text),
    ],
    "",
    index,
  );
  if (shown === null) return null;
  // Raw entries, an empty field, then the patches in the same order.
  const all = shown.toString("latin1");
  const split = all.indexOf("\0\0");
  const order = entriesOf(all.slice(0, split).split("\0"), () => {});
  const patches = all
    .slice(split + 2)
    .split(/^diff --git /m)
    .slice(1);
  if (patches.length !== order.length) return null;
  return new Map(order.map(({ path }, i) => [path, hunksOf(patches[i] as string)]));
}

const hunksOf = (patch: string): Lines =>
  [...patch.matchAll(/^@@ -\S+ \+(\d+)(?:,(\d+))? @@/gm)].map(([, start, count]) => {
    const from = Number(start);
    return [from, from + Number(count ?? 1) - 1];
  });

/** Lines of what stands in an archive are not the file's. */
const isFresh = ({ entry, line, endLine }: Found, lines: Lines | undefined): boolean =>
  entry !== undefined || lines === undefined || lines.some(([from, to]) => line <= to && endLine >= from);
