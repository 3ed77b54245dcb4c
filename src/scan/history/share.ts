/**
 * The share of a scan that one thread takes: it draws families and loose objects from the plan until none is left. The plan is plain
 * data, its arrays shared; what comes back is plain data too.
 */
import { closeSync, fstatSync, readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import type { Unread } from "../types.ts";
import { TooLarge } from "./delta.ts";
import { createExaminer, type Examined } from "./examine.ts";
import type { Families } from "./families.ts";
import { ValueTable, type FoundValue, type Hit } from "./hits.ts";
import { Inflater, MOST_BYTES } from "./inflate.ts";
import { NotRegular, openRegular, type Pack } from "./pack.ts";
import { BufferPool } from "./pool.ts";
import type { HistoryScanner } from "./types.ts";
import { walkFamily } from "./walk-family.ts";

/** The `pack` of a loose object: `object` is then its place in `loose`. */
export const LOOSE = -1;
/** Drawn at once: neighbours in a pack, and few enough that no thread is left with much at the end. */
const DRAWN = 16;

export interface Plan {
  readonly packs: readonly {
    readonly pack: Pack;
    readonly families: Pick<Families, "flags" | "children" | "siblings">;
    /** For each object its place in `names`; absent where names are not known. */
    readonly kinds?: Uint16Array;
  }[];
  readonly looseKinds?: readonly number[];
  /** Names such as `x.ipynb`: one for each kind of file; the first is empty. */
  readonly names: readonly string[];
  /** Files of loose objects. */
  readonly loose: readonly string[];
  /** Pairs: pack and root, or `LOOSE` and the place in `loose`. */
  readonly units: Int32Array;
  /** One number: units drawn so far. */
  readonly drawn: Int32Array;
  readonly mode: "deltas" | "blobs";
}

/** What came of some units. `values` are those that were new: they follow on those of earlier batches of the same thread. */
export interface Batch {
  blobs: number;
  /** Loose ones. */
  commits: number;
  /** Pairs, as in `units`: read whole, and nothing found. */
  readonly clean: number[];
  bytes: number;
  scanned: number;
  readonly values: readonly FoundValue[];
  readonly hits: { readonly pack: number; readonly object: number; readonly hits: readonly Hit[] }[];
  /** To be asked of git. */
  readonly refused: { readonly pack: number; readonly object: number }[];
  readonly unread: { readonly pack: number; readonly object: number; readonly unread: readonly Unread[] }[];
}

/** Batches until nothing is left to draw. */
export async function* takeShare(plan: Plan, { scanner }: HistoryScanner): AsyncGenerator<Batch> {
  const values = new ValueTable();
  const examiner = createExaminer(scanner, values);
  const inflater = new Inflater();
  const pool = new BufferPool();
  const files: (number | undefined)[] = [];
  const count = plan.units.length / 2;
  try {
    for (;;) {
      const from = Atomics.add(plan.drawn, 0, DRAWN);
      if (from >= count) return;
      const sent = values.values.length;
      const batch = emptyBatch();
      const take = (pack: number, object: number, size: number, result: Examined): void => {
        batch.blobs++;
        batch.bytes += size;
        batch.scanned += result.scanned;
        if (result.hits.length === 0 && result.unread.length === 0) batch.clean.push(pack, object);
        if (result.hits.length > 0) batch.hits.push({ pack, object, hits: result.hits });
        if (result.unread.length > 0) batch.unread.push({ pack, object, unread: result.unread });
      };
      for (let unit = from; unit < Math.min(count, from + DRAWN); unit++) {
        const pack = plan.units[2 * unit] as number;
        const object = plan.units[2 * unit + 1] as number;
        if (pack === LOOSE) {
          const blob = readLoose(plan.loose[object] ?? "");
          if (blob === "refused") batch.refused.push({ pack, object });
          else if (blob === "special")
            batch.unread.push({ pack, object, unread: [{ path: "", reason: "it is no regular file" }] });
          else if (typeof blob === "string") batch.commits += blob === "commit" ? 1 : 0;
          else
            take(
              pack,
              object,
              blob.length,
              await examiner.whole(blob, plan.names[plan.looseKinds?.[object] ?? 0]),
            );
          continue;
        }
        const { pack: structure, families, kinds } = plan.packs[pack] as Plan["packs"][number];
        await walkFamily(object, {
          pack: structure,
          families,
          file: (files[pack] ??= openRegular(structure.path)),
          inflater,
          pool,
          examiner,
          mode: plan.mode,
          nameOf: (one) => plan.names[kinds?.[one] ?? 0] ?? "",
          examined: (one, size, result) => take(pack, one, size, result),
          refused: (one) => batch.refused.push({ pack, object: one }),
        });
      }
      yield { ...batch, values: values.values.slice(sent) };
    }
  } finally {
    for (const file of files) if (file !== undefined) closeSync(file);
  }
}

export const emptyBatch = (): Batch => ({
  blobs: 0,
  commits: 0,
  clean: [],
  bytes: 0,
  scanned: 0,
  values: [],
  hits: [],
  refused: [],
  unread: [],
});

/** A loose blob's bytes, or what it is instead. */
function readLoose(path: string): Buffer | "commit" | "other" | "refused" | "special" {
  try {
    const file = openRegular(path);
    try {
      if (fstatSync(file).size > MOST_BYTES) throw new TooLarge();
      const data = inflateSync(readFileSync(file), { maxOutputLength: MOST_BYTES });
      const end = data.subarray(0, 40).indexOf(0);
      const [type, size] = data.toString("latin1", 0, Math.max(0, end)).split(" ");
      if (type === "commit") return type;
      if (type === "tree" || type === "tag") return "other";
      return type === "blob" && Number(size) === data.length - end - 1 ? data.subarray(end + 1) : "refused";
    } finally {
      closeSync(file);
    }
  } catch (error) {
    // Git says what is wrong with it, but would wait for a pipe.
    return error instanceof NotRegular ? "special" : "refused";
  }
}
