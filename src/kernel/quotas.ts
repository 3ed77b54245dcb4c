/**
 * Rate limits, as Vault's `sys/quotas/rate-limit`: so many requests in an interval for each client address, below a path. Counted in
 * each process by itself; what a limit says is one row for all. The most specific limit counts: the longest path, then the mount,
 * then the one for everything.
 */
import type { Clock } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import type { Barrier } from "./barrier/index.ts";
import { RowCache, decodeRow, encodeRow } from "./row-cache.ts";
import type { QuotaService, RateLimit, RateLimitSettings } from "./services.ts";

interface Rows {
  readonly limits: readonly RateLimit[];
  readonly settings: RateLimitSettings;
}

/** What one address has left below one limit. */
interface Bucket {
  left: number;
  /** Milliseconds since the epoch. */
  filled: number;
  blockedUntil: number;
}

const PREFIX = "core/";
const ROW = "quotas";
const MOST_LIMITS = 500;
/** Addresses remembered at once; the longest unused are forgotten first, and with them what they had used. */
const MOST_BUCKETS = 50_000;
const NONE: Rows = { limits: [], settings: { exemptPaths: [] } };

export class Quotas implements QuotaService {
  readonly #barrier: Barrier;
  readonly #clock: Clock;
  readonly #rows: RowCache<Rows>;
  readonly #buckets = new Map<string, Bucket>();

  constructor(barrier: Barrier, clock: Clock) {
    this.#barrier = barrier;
    this.#clock = clock;
    this.#rows = new RowCache(barrier, PREFIX, (bytes) => (bytes === null ? NONE : decodeRow<Rows>(bytes)));
  }

  /** Takes one request of the address's share; throws `quota.exceeded` when there is none. */
  async admit(path: string, remote: string, seen: string): Promise<void> {
    const { limits, settings } = await this.#rows.get(ROW, seen);
    if (limits.length === 0) return;
    const limit = mostSpecific(limits, path);
    if (limit === null || settings.exemptPaths.some((exempt) => covers(exempt, path))) return;
    if (!this.#take(limit, remote)) throw new BulkheadError("quota.exceeded", { path });
  }

  async list(): Promise<readonly RateLimit[]> {
    return (await this.#rows.get(ROW)).limits;
  }

  async put(limit: RateLimit): Promise<void> {
    await this.#change(({ limits, settings }) => {
      const others = limits.filter(({ name }) => name !== limit.name);
      const twin = others.find(({ path }) => path === limit.path);
      if (twin !== undefined)
        throw new BulkheadError("quota.exists", {
          path: limit.path === "" ? "/" : limit.path,
          name: twin.name,
        });
      if (others.length >= MOST_LIMITS) throw new BulkheadError("quota.too-many", { most: MOST_LIMITS });
      return { limits: [...others, limit], settings };
    });
    this.#buckets.clear();
  }

  async delete(name: string): Promise<void> {
    await this.#change(({ limits, settings }) => ({
      limits: limits.filter((limit) => limit.name !== name),
      settings,
    }));
  }

  async settings(): Promise<RateLimitSettings> {
    return (await this.#rows.get(ROW)).settings;
  }

  async configure(change: Partial<RateLimitSettings>): Promise<void> {
    await this.#change(({ limits, settings }) => ({ limits, settings: { ...settings, ...change } }));
  }

  clear(): void {
    this.#rows.clear();
    this.#buckets.clear();
  }

  #take({ name, rate, interval, blockInterval }: RateLimit, remote: string): boolean {
    const now = this.#clock.now();
    const key = `${name}\0${remote}`;
    const bucket = this.#buckets.get(key) ?? { left: rate, filled: now, blockedUntil: 0 };
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket); // now the last one used
    if (this.#buckets.size > MOST_BUCKETS) {
      const [oldest] = this.#buckets.keys();
      if (oldest !== undefined) this.#buckets.delete(oldest);
    }
    // a clock that was set back gives nothing and takes nothing
    const passed = Math.max(0, now - bucket.filled);
    bucket.left = Math.min(Math.max(1, rate), bucket.left + (passed * rate) / interval);
    bucket.filled = now;
    if (bucket.blockedUntil > now) return false;
    if (bucket.left >= 1) {
      bucket.left -= 1;
      return true;
    }
    if (blockInterval > 0) bucket.blockedUntil = now + blockInterval;
    return false;
  }

  async #change(change: (rows: Rows) => Rows): Promise<void> {
    await this.#barrier.view(PREFIX).transaction(async (tx) => {
      const bytes = await tx.get(ROW);
      tx.put(ROW, encodeRow(change(bytes === null ? NONE : decodeRow<Rows>(bytes))));
    });
  }
}

/** `secret/` covers all below it, `secret/data/a` itself alone, `secret/data/*` what begins so, the empty path everything. */
const covers = (limit: string, path: string): boolean =>
  limit === "" ||
  (limit.endsWith("*") ? path.startsWith(limit.slice(0, -1)) : limit === path) ||
  (limit.endsWith("/") && path.startsWith(limit));

function mostSpecific(limits: readonly RateLimit[], path: string): RateLimit | null {
  let best: RateLimit | null = null;
  for (const limit of limits)
    if (covers(limit.path, path) && limit.path.length >= (best?.path.length ?? 0)) best = limit;
  return best;
}
