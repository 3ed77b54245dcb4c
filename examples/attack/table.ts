/** The hauls as a table of text, one line a row. */
import { ROW_NAMES, type RowName, WAY_NAMES } from "./expected.ts";
import type { Haul } from "./replay.ts";

export function tableOf(hauls: readonly Haul[]): string[] {
  const names = Object.keys(ROW_NAMES) as RowName[];
  const head = ["what the hook got", ...hauls.map(({ way }) => WAY_NAMES[way])];
  const most = (row: RowName): number => Math.max(...hauls.map(({ got }) => got[row]));
  const rows = names.map((row) => [
    ROW_NAMES[row],
    ...hauls.map(({ got }) => (got[row] === 0 ? "-" : `${got[row]} of ${most(row)}`)),
  ]);
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((one) => (one[column] ?? "").length)),
  );
  return [head, ...rows].map((one) =>
    one
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
