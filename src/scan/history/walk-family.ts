/**
 * One family, depth first: each version is rebuilt once from the one above it, looked at, and given up as soon as its last child
 * has taken over. What cannot be read here goes to `refused`, with all that is made from it.
 */
import { applyDelta, newOperations, parseDelta, TooLarge } from "./delta.ts";
import { NOT_EXAMINED, type Examined, type Examiner } from "./examine.ts";
import { WANTED, type Families } from "./families.ts";
import { MOST_BYTES, type Inflater } from "./inflate.ts";
import { PackError } from "./pack-index.ts";
import type { Pack } from "./pack.ts";
import type { BufferPool } from "./pool.ts";

/** Versions waiting on one path from the root may take this much. */
const MOST_WAITING = 160 << 20;

export interface FamilyOptions {
  readonly pack: Pack;
  readonly families: Pick<Families, "flags" | "children" | "siblings">;
  readonly file: number;
  readonly inflater: Inflater;
  readonly pool: BufferPool;
  readonly examiner: Examiner;
  readonly mode: "deltas" | "blobs";
  /** A name of an object, empty where it is not known. */
  readonly nameOf: (object: number) => string;
  readonly examined: (object: number, size: number, result: Examined) => void;
  readonly refused: (object: number) => void;
}

interface Version {
  readonly bytes: Buffer;
  /** Of `bytes`, what the version has. */
  readonly size: number;
  readonly result: Examined;
  child: number;
}

export async function walkFamily(root: number, options: FamilyOptions): Promise<void> {
  const { families, pool } = options;
  const { children, siblings } = families;
  const operations = newOperations();
  const stack: Version[] = [];

  const first = await readRoot(root, options);
  if (first === null) return;
  stack.push({ ...first, child: children[root] as number });
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    if (top.child < 0) {
      stack.pop();
      pool.give(top.bytes);
      continue;
    }
    const object = top.child;
    top.child = siblings[object] as number;
    const version = await readVersion(object, top, operations, options);
    if (version === null) continue;
    if (top.child < 0) {
      stack.pop();
      pool.give(top.bytes);
    }
    stack.push(version);
  }
}

async function readRoot(root: number, options: FamilyOptions): Promise<Omit<Version, "child"> | null> {
  const { pack, file, inflater, pool, examiner, families } = options;
  try {
    const data = inflater.entry(file, pack, root);
    const size = data.length;
    const wanted = ((families.flags[root] as number) & WANTED) !== 0;
    const result = wanted ? await examiner.whole(data, options.nameOf(root)) : NOT_EXAMINED;
    if (wanted) options.examined(root, size, result);
    return { bytes: pool.adopt(data), size, result };
  } catch (error) {
    refuse(root, error, options);
    return null;
  }
}

/** Null where there is nothing to go on from: a version that nothing is made from, or one that cannot be read. */
async function readVersion(
  object: number,
  base: Version,
  operations: ReturnType<typeof newOperations>,
  options: FamilyOptions,
): Promise<Version | null> {
  const { pack, file, inflater, pool, examiner, families, mode } = options;
  const child = families.children[object] as number;
  let bytes: Buffer | undefined;
  let kept = false;
  try {
    const delta = inflater.entry(file, pack, object);
    parseDelta(delta, base.size, MOST_BYTES, operations);
    const size = operations.resultSize;
    if (pool.used + size > MOST_WAITING) throw new TooLarge();
    bytes = pool.take(size);
    applyDelta(operations, delta, base.bytes, bytes);
    const wanted = ((families.flags[object] as number) & WANTED) !== 0;
    let result = NOT_EXAMINED;
    if (wanted) {
      const view = bytes.subarray(0, size);
      const path = options.nameOf(object);
      const looked =
        mode === "blobs"
          ? examiner.whole(view, path)
          : examiner.changed(view, { operations, baseSize: base.size, base: base.result, path });
      result = looked instanceof Promise ? await looked : looked;
      options.examined(object, size, result);
    }
    kept = child >= 0;
    return kept ? { bytes, size, result, child } : null;
  } catch (error) {
    refuse(object, error, options);
    return null;
  } finally {
    if (bytes !== undefined && !kept) pool.give(bytes);
  }
}

/** The object and everything made from it. A fault of ours is not passed off as one of the pack. */
function refuse(object: number, error: unknown, { families, refused }: FamilyOptions): void {
  const known = error instanceof PackError || error instanceof TooLarge;
  if (!known && typeof (error as NodeJS.ErrnoException).code !== "string") throw error;
  const waiting = [object];
  for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
    if (((families.flags[one] as number) & WANTED) !== 0) refused(one);
    for (let child = families.children[one] as number; child >= 0; child = families.siblings[child] as number)
      waiting.push(child);
  }
}
