/** The baseline's lines (docs/spec/baseline.md): a header with the salt, then one entry a line. Unions and duplicates are valid. */
import { BulkheadError } from "../../core/errors.ts";
import { isFingerprint, readSalt } from "../fingerprint.ts";

export interface BaselineEntry {
  readonly fingerprint: string;
  readonly rule: string;
  readonly title: string;
  /** Where it was when it was written down: a hint, never compared. */
  readonly path: string;
  readonly reason?: string;
  readonly owner?: string;
  /** Day it was first written down, `2026-11-21`. */
  readonly date: string;
}

export interface BaselineFile {
  /** Sorted; several where baselines with a salt of their own were merged. */
  readonly salts: readonly Buffer[];
  /** By fingerprint. */
  readonly entries: ReadonlyMap<string, BaselineEntry>;
}

export const FORMAT = "baseline/1";
/** Each costs a hash of every finding. */
const MOST_SALTS = 8;
const MOST_TEXT = 1_000;

/** Throws `baseline.invalid` with the line. */
export function parseBaseline(text: string, path: string): BaselineFile {
  const salts = new Map<string, Buffer>();
  const entries = new Map<string, BaselineEntry>();
  text.split("\n").forEach((line, index) => {
    if (line.trim() === "") return;
    const refuse = (problem: string): never => {
      throw new BulkheadError("baseline.invalid", { path, line: index + 1, problem });
    };
    if (/^(?:<{7}|={7}|>{7}|\|{7})/.test(line)) return refuse("is a mark of an unfinished merge");
    const row = parseObject(line) ?? refuse("is not a JSON object");
    if (Object.hasOwn(row, "bulkhead")) {
      if (row.bulkhead !== FORMAT) return refuse(`is not of the format ${FORMAT}`);
      const salt = readSalt(row.salt) ?? refuse("has no salt of 64 hex digits");
      salts.set(salt.toString("hex"), salt);
    } else {
      const entry = entryOf(row) ?? refuse("needs a fingerprint, a rule, a title, a path and a date");
      const twin = entries.get(entry.fingerprint);
      entries.set(entry.fingerprint, twin === undefined ? entry : merged(twin, entry));
    }
    return undefined;
  });
  if (salts.size === 0)
    throw new BulkheadError("baseline.invalid", { path, line: 1, problem: "has no salt" });
  if (salts.size > MOST_SALTS)
    throw new BulkheadError("baseline.invalid", {
      path,
      line: 1,
      problem: `has more than ${MOST_SALTS} salts`,
    });
  return { salts: [...salts].sort(([a], [b]) => order(a, b)).map(([, salt]) => salt), entries };
}

function parseObject(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

function entryOf(row: Record<string, unknown>): BaselineEntry | null {
  const text = (name: string): string | undefined => {
    const value = Object.hasOwn(row, name) ? row[name] : undefined;
    return typeof value === "string" && value.length <= MOST_TEXT ? value : undefined;
  };
  const [fingerprint, rule, title, path, date] = ["fingerprint", "rule", "title", "path", "date"].map(text);
  if (!isFingerprint(fingerprint)) return null;
  if (rule === undefined || title === undefined || path === undefined || date === undefined) return null;
  const [reason, owner] = [text("reason"), text("owner")];
  return {
    fingerprint,
    rule,
    title,
    path,
    ...(reason === undefined ? {} : { reason }),
    ...(owner === undefined ? {} : { owner }),
    date,
  };
}

/** Two branches wrote the same one down: the earlier day, and a reason and an owner if either has one. The order does not matter. */
function merged(a: BaselineEntry, b: BaselineEntry): BaselineEntry {
  const [first, second] = [a, b].sort(
    (x, y) => order(x.date, y.date) || order(JSON.stringify(x), JSON.stringify(y)),
  ) as [BaselineEntry, BaselineEntry];
  return { ...second, ...first };
}

export const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Members always in this order, so that an entry that stays is the same line. */
export function renderBaseline({ salts, entries }: BaselineFile): string {
  const header = salts.map((salt) => ({ bulkhead: FORMAT, salt: salt.toString("hex") }));
  const rows = [...entries.values()]
    .sort((a, b) => order(a.fingerprint, b.fingerprint))
    .map(({ fingerprint, rule, title, path, reason, owner, date }) => ({
      fingerprint,
      rule,
      title,
      path,
      reason,
      owner,
      date,
    }));
  return [...header, ...rows].map((row) => `${JSON.stringify(row)}\n`).join("");
}
