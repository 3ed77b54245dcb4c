/** How long a token lives: the arithmetic of ttl, period, maximum and explicit maximum. All spans in milliseconds; 0: none. */
import { formatDuration } from "../../core/duration.ts";

export interface LifetimeLimits {
  /** What a token gets that asks for nothing. */
  readonly defaultTtl: number;
  /** Mount's, role's and system's maximum together, from creation. */
  readonly maxTtl: number;
  readonly explicitMaxTtl: number;
  readonly period: number;
}

export interface Lifetime {
  /** From now. */
  readonly ttl: number;
  readonly warnings: readonly string[];
}

/** `age` is 0 at creation. A periodic token has no maximum but its explicit one. */
export function lifetime(asked: number, age: number, limits: LifetimeLimits): Lifetime {
  const warnings: string[] = [];
  let ttl = limits.period > 0 ? limits.period : asked > 0 ? asked : limits.defaultTtl;
  const cap = (max: number, what: string): void => {
    if (max <= 0 || age + ttl <= max) return;
    const left = Math.max(0, max - age);
    if (asked > 0 || age === 0)
      warnings.push(
        `TTL of "${formatDuration(ttl)}" exceeded the ${what} of "${formatDuration(max)}"; TTL value is capped accordingly`,
      );
    ttl = left;
  };
  if (limits.period <= 0) cap(limits.maxTtl, "effective max_ttl");
  cap(limits.explicitMaxTtl, "explicit_max_ttl");
  return { ttl, warnings };
}
