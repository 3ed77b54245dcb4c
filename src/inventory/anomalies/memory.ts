/** Bounded tables, and their text between two processes. */
import type { Memory, Table } from "./types.ts";

/** Of a key: names come from whoever sends requests. */
const MOST_KEY = 300;

class Recent<V> implements Table<V> {
  readonly #map = new Map<string, V>();
  readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  get size(): number {
    return this.#map.size;
  }

  get(key: string): V | undefined {
    return this.#map.get(short(key));
  }

  set(key: string, value: V): void {
    const kept = short(key);
    this.#map.delete(kept);
    this.#map.set(kept, value);
    if (this.#map.size > this.most)
      for (const oldest of this.#map.keys()) return void this.#map.delete(oldest);
  }

  delete(key: string): void {
    this.#map.delete(short(key));
  }

  entries(): IterableIterator<[string, V]> {
    return this.#map.entries();
  }
}

const short = (key: string): string => (key.length > MOST_KEY ? key.slice(0, MOST_KEY) : key);

export class Tables implements Memory {
  readonly #tables = new Map<string, Recent<unknown>>();
  readonly #kept: ReadonlyMap<string, readonly [string, unknown][]>;

  /** `kept`: what `save` gave. What is no such text counts as nothing. */
  constructor(kept: string | null) {
    this.#kept = new Map(parsed(kept));
  }

  table<V>(name: string, most: number): Table<V> {
    const known = this.#tables.get(name);
    if (known !== undefined) return known as Recent<V>;
    const made = new Recent<unknown>(most);
    for (const [key, value] of this.#kept.get(name) ?? []) made.set(key, value);
    this.#tables.set(name, made);
    return made as Recent<V>;
  }

  save(): string {
    return JSON.stringify([...this.#tables].map(([name, table]) => [name, [...table.entries()]]));
  }
}

function parsed(kept: string | null): readonly [string, [string, unknown][]][] {
  if (kept === null) return [];
  try {
    const value = JSON.parse(kept) as [string, [string, unknown][]][];
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
