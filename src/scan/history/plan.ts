/** What is read from where: families of the packs, loose objects, and what only git can give. */
import { familiesOf, WANTED } from "./families.ts";
import { rowOf } from "./pack-index.ts";
import { loosePath, type ObjectStore } from "./object-store.ts";
import { LOOSE, type Plan } from "./share.ts";

export interface HistoryPlan {
  readonly plan: Plan;
  /** Hex id of a unit's object. */
  readonly idOf: (pack: number, object: number) => string;
  /** Whether the store was seen to hold it. */
  readonly holds: (id: string) => boolean;
  /** Ids to be asked of git. */
  readonly others: readonly string[];
  readonly skipped: number;
}

export interface PlanOptions {
  readonly store: ObjectStore;
  readonly mode: "deltas" | "blobs";
  /** Ids of the blobs asked for; all of the store when left out. */
  readonly wanted?: { has(id: string): boolean };
  readonly seen?: { has(id: string): boolean };
  /** Id → path, where it is known. */
  readonly paths?: ReadonlyMap<string, string>;
}

export function planOf({ store, mode, wanted, seen, paths }: PlanOptions): HistoryPlan {
  const { packs } = store;
  const others: string[] = [];
  const names = new Names();
  let skipped = 0;
  const taken = (id: string): boolean => {
    if (wanted !== undefined && !wanted.has(id)) return false;
    if (seen?.has(id) !== true) return true;
    skipped++;
    return false;
  };
  const inPacks = (name: Uint8Array, limit: number): boolean => {
    for (let i = 0; i < limit; i++)
      if (rowOf((packs[i] as (typeof packs)[number]).index, name) !== -1) return true;
    return false;
  };
  const filtered = wanted !== undefined || seen !== undefined;
  const parts = packs.map(({ pack, index, idOf }, number) => {
    const width = index.count === 0 ? 20 : index.names.length / index.count;
    const families = familiesOf(pack, (object) => {
      if (number > 0) {
        const at = (pack.rows[object] as number) * width;
        if (inPacks(index.names.subarray(at, at + width), number)) return false;
      }
      return !filtered || taken(idOf(object));
    });
    for (const object of families.unreachable) others.push(idOf(object));
    const kinds = paths && new Uint16Array(new SharedArrayBuffer(2 * pack.count));
    if (kinds !== undefined)
      families.flags.forEach((flag, object) => {
        if ((flag & WANTED) !== 0) kinds[object] = names.kindOf(paths?.get(idOf(object)) ?? "");
      });
    return { pack, families, ...(kinds && { kinds }) };
  });
  const loose: string[] = [];
  const looseIds: string[] = [];
  const known = new Set<string>();
  for (const { folder, ids } of store.loose)
    for (const id of ids) {
      if (known.has(id)) continue;
      known.add(id);
      if (inPacks(Buffer.from(id, "hex"), packs.length) || (filtered && !taken(id))) continue;
      loose.push(loosePath(folder, id));
      looseIds.push(id);
    }
  const units = parts.flatMap(({ families }, pack) =>
    families.roots.map((root, i) => ({ pack, object: root, weight: families.weights[i] as number })),
  );
  loose.forEach((_, object) => units.push({ pack: LOOSE, object, weight: 0 }));
  return {
    plan: {
      packs: parts,
      loose,
      names: names.all,
      ...(paths && { looseKinds: looseIds.map((id) => names.kindOf(paths.get(id) ?? "")) }),
      units: shared(ordered(units)),
      drawn: new Int32Array(new SharedArrayBuffer(4)),
      mode,
    },
    idOf: (pack, object) =>
      pack === LOOSE ? (looseIds[object] as string) : (packs[pack]?.idOf(object) as string),
    holds: (id) => known.has(id) || inPacks(Buffer.from(id, "hex"), packs.length),
    others,
    skipped,
  };
}

const MOST_KINDS = 0xffff;

/** Files of a kind end alike; those without an ending are each a kind of their own. */
class Names {
  readonly all = [""];
  readonly #kinds = new Map([["", 0]]);

  kindOf(path: string): number {
    const name = path.slice(path.lastIndexOf("/") + 1);
    const dot = name.indexOf(".");
    const kind = dot === -1 ? name : `x${name.slice(dot)}`;
    let number = this.#kinds.get(kind);
    if (number === undefined && this.all.length < MOST_KINDS) {
      number = this.all.length;
      this.#kinds.set(kind, number);
      this.all.push(kind);
    }
    // Too many: by its last ending alone.
    return number ?? this.#kinds.get(`x${name.slice(name.lastIndexOf("."))}`) ?? 0;
  }
}

const HEAVY = 64 << 20;

/** Heavy families first, so that none is left for the end; all others as they lie in the packs. */
function ordered<T extends { readonly weight: number }>(units: readonly T[]): T[] {
  const heavy = units.filter(({ weight }) => weight >= HEAVY).sort((a, b) => b.weight - a.weight);
  return [...heavy, ...units.filter(({ weight }) => weight < HEAVY)];
}

function shared(units: readonly { readonly pack: number; readonly object: number }[]): Int32Array {
  const array = new Int32Array(new SharedArrayBuffer(units.length * 8));
  units.forEach(({ pack, object }, i) => array.set([pack, object], 2 * i));
  return array;
}
