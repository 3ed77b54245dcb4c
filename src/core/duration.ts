/** Durations as people write them (`90d`, `1h30m`, `45s`, `250ms`) and as Vault's API takes them (a number of seconds). */
import { BulkheadError } from "./errors.ts";

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const LONGEST_MS = 100 * 366 * 86_400_000;

/** Milliseconds. A bare number is seconds. Throws `duration.invalid` for anything else, negatives and more than 100 years. */
export function parseDuration(text: string | number): number {
  const source = String(text).trim();
  const total = /^\d+(\.\d+)?$/.test(source) ? Number(source) * 1_000 : parseUnits(source);
  if (!Number.isFinite(total) || total > LONGEST_MS)
    throw new BulkheadError("duration.invalid", { text: source.slice(0, 40) });
  return Math.round(total);
}

function parseUnits(source: string): number {
  if (!/^(\d+(\.\d+)?(ms|[smhdw]))+$/.test(source)) return Number.NaN;
  let total = 0;
  for (const [, amount, unit] of source.matchAll(/(\d+(?:\.\d+)?)(ms|[smhdw])/g))
    total += Number(amount) * (UNITS[unit ?? ""] ?? Number.NaN);
  return total;
}

/** The shortest exact form with at most two units, rounded down to seconds: `1h30m`, `90d`, `0s`. */
export function formatDuration(ms: number): string {
  let seconds = Math.floor(ms / 1_000);
  const parts: string[] = [];
  for (const [unit, size] of [
    ["d", 86_400],
    ["h", 3_600],
    ["m", 60],
    ["s", 1],
  ] as const) {
    if (parts.length === 2) break;
    const count = Math.floor(seconds / size);
    seconds -= count * size;
    if (count > 0) parts.push(`${count}${unit}`);
    else if (parts.length > 0) break;
  }
  return parts.length > 0 ? parts.join("") : "0s";
}

/** Whole seconds, as Vault's API shows spans. */
export const seconds = (ms: number): number => Math.floor(ms / 1_000);
