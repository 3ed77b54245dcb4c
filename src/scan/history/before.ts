/** What stood in the files of a range before it: a key that a commit only carries along is not brought by it. */
import { createHash } from "node:crypto";
import { wipeLines } from "../lines.ts";
import type { ContentScanner, Found } from "../types.ts";
import { catFile } from "./cat-file.ts";
import { bufferSource } from "./examine.ts";
import { gitOutput, records } from "./git-lines.ts";
import { wordsOf } from "./reachable.ts";
import type { HistoryRange } from "./types.ts";

/** The same for the same value of the same rule. */
export const valueKey = ({ match }: Found): string =>
  `${match.rule.id}\0${createHash("sha256").update(match.value).digest("base64")}`;

export interface BeforeOptions {
  readonly root: string;
  readonly range: HistoryRange | undefined;
  readonly scanner: ContentScanner;
}

/** Keys of values in the versions that the range's commits changed or removed, unless the range itself made these versions. */
export async function valuesBefore({ root, range, scanner }: BeforeOptions): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  const versions = await replacedBy(root, range);
  for await (const object of catFile(root, [...versions.keys()], new Set(["blob"]))) {
    // What cannot be read excuses nothing.
    if (!("bytes" in object)) continue;
    const path = versions.get(object.id) ?? "";
    const { bytes } = object;
    const found =
      bytes !== null && !scanner.needsFormat(path, bytes.subarray(0, 512))
        ? scanner.plain(bytes)
        : (await scanner.scan({ path, source: bytes === null ? object.source : bufferSource(bytes) })).found;
    for (const one of found) {
      keys.add(valueKey(one));
      one.match.value.fill(0);
      wipeLines(one.lines);
    }
  }
  return keys;
}

const RAW = [
  "log",
  "--raw",
  "-z",
  "-m",
  "--no-abbrev",
  "--no-renames",
  "--no-ext-diff",
  "--no-textconv",
  "--ignore-submodules=all",
  "--no-relative",
  "--no-show-signature",
  "--format=",
];

/** Blob id → one of its paths. */
async function replacedBy(
  root: string,
  range: HistoryRange | undefined,
): Promise<ReadonlyMap<string, string>> {
  const old = new Map<string, string>();
  const made = new Set<string>();
  let meta: readonly string[] = [];
  for await (const fields of records(gitOutput(root, [...RAW, ...wordsOf(range)]).chunks, 0))
    for (const field of fields) {
      const change = /^\n*:(\d+ \d+ [0-9a-f]+ [0-9a-f]+ [A-Z])/.exec(field);
      if (change !== null && meta.length === 0) {
        meta = (change[1] as string).split(" ");
        continue;
      }
      const [, , from = "", to = ""] = meta;
      meta = [];
      if (/[1-9a-f]/.test(from)) old.set(from, Buffer.from(field, "latin1").toString("utf8"));
      if (to !== "") made.add(to);
    }
  for (const id of made) old.delete(id);
  return old;
}
