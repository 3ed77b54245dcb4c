/** One thing `bulkhead doctor` looks at. */
import type { Context } from "../context.ts";

export interface Diagnosis {
  readonly state: "ok" | "warn" | "fail";
  /** Lower case, no full stop. */
  readonly says: string;
  /** What to do next; absent where nothing has to be done. */
  readonly next?: string;
}

export interface Examination {
  readonly name: string;
  /** Several answers where several things are wrong. What it throws becomes a failure. */
  examine(context: Context): Promise<readonly Diagnosis[]>;
}

export const ok = (says: string): Diagnosis => ({ state: "ok", says });
export const warn = (says: string, next: string): Diagnosis => ({ state: "warn", says, next });
export const fail = (says: string, next: string): Diagnosis => ({ state: "fail", says, next });
