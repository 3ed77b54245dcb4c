/** Reading of checked cells: absent and unsound look the same here, because the problem of the latter is already recorded. */
import type { Cell, Entry } from "./check.ts";
import type { At } from "./types.ts";

const NONE: ReadonlyMap<string, Entry> = new Map();

export const entriesOf = (cell: Cell | null | undefined): ReadonlyMap<string, Entry> =>
  cell?.kind === "map" ? cell.entries : NONE;

export const childOf = (cell: Cell | null | undefined, key: string): Cell | null =>
  entriesOf(cell).get(key)?.cell ?? null;

export function textOf(cell: Cell | null | undefined, key: string): string | undefined {
  const child = childOf(cell, key);
  return child?.kind === "text" ? child.text : undefined;
}

export function flagOf(cell: Cell | null | undefined, key: string): boolean {
  const child = childOf(cell, key);
  return child?.kind === "flag" && child.flag;
}

export function intOf(cell: Cell | null | undefined, key: string): number | undefined {
  const child = childOf(cell, key);
  return child?.kind === "int" ? child.int : undefined;
}

/** One text or a list of them; empty when absent. */
export function textsOf(cell: Cell | null | undefined): readonly string[] {
  if (cell?.kind === "text") return [cell.text];
  if (cell?.kind !== "list") return [];
  return cell.items.flatMap((item) => (item.kind === "text" ? [item.text] : []));
}

/** `{ key: value }` when there is a value, `{}` otherwise: for `exactOptionalPropertyTypes`. */
export const some = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>);

export const linesOf = (cell: Cell | null | undefined): Readonly<Record<string, At>> =>
  Object.fromEntries([...entriesOf(cell)].map(([key, { keyAt }]) => [key, keyAt]));
