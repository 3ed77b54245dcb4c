/** The writer: entries of one turn of the event loop are one write; a failed write leaves the chain where it was. */
import { systemClock } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import { signCheckpoint } from "./note.ts";
import { claimNode } from "./node.ts";
import { Reserve, isFull } from "./reserve.ts";
import { claimSegment, type OpenSegment, SegmentLost } from "./segment.ts";
import type { Anchor, AuditLog, AuditLogOptions, NodeIdentity } from "./types.ts";

const MAX_ENTRY_BYTES = 8 * 1024 * 1024;
const MAX_FILE_BYTES = 64 * 1024 * 1024;
const RESERVE_BYTES = 256 * 1024;
const OWN_NAMES = ["seq", "time", "prev", "hash"];

interface Pending {
  readonly time: string;
  readonly inner: string;
  readonly mayUseReserve: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

export class SegmentWriter implements AuditLog {
  readonly #options: AuditLogOptions;
  readonly #reserve: Reserve;
  #node: NodeIdentity | null = null;
  #segment: OpenSegment | null = null;
  #anchor: Anchor | null = null;
  #claimed: Anchor | null = null;
  #queue: Pending[] = [];
  #flushing: Promise<void> | null = null;
  #closed = false;

  constructor(options: AuditLogOptions) {
    this.#options = options;
    this.#reserve = new Reserve(options.folder, options.reserveBytes ?? RESERVE_BYTES);
    try {
      this.#claim();
    } catch (error) {
      this.#letGo();
      throw this.#unwritable(error);
    }
  }

  async append(entry: object, { mayUseReserve = false } = {}): Promise<void> {
    if (this.#closed) throw this.#unwritable(new Error("it is closed"));
    const inner = innerOf(entry);
    if (inner.length > MAX_ENTRY_BYTES) throw this.#unwritable(new Error("the entry is too large"));
    const time = this.#now();
    return new Promise((resolve, reject) => {
      this.#queue.push({ time, inner, mayUseReserve, resolve, reject });
      this.#flushing ??= this.#flushAll();
    });
  }

  anchor(): Anchor | null {
    return this.#anchor;
  }

  claimed(): Anchor | null {
    return this.#claimed;
  }

  checkpoint(): string | null {
    const { signer } = this.#options;
    if (signer === undefined) throw new TypeError("the audit log was opened without a signer");
    return this.#anchor === null ? null : signCheckpoint({ ...this.#anchor, time: this.#now() }, signer);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#flushing;
    this.#letGo();
  }

  async #flushAll(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      await this.#writeOrReject(batch);
    }
    this.#flushing = null;
  }

  /** All of a batch or nothing of it; on a full disk only the answers that may use what was kept free for them. */
  async #writeOrReject(batch: readonly Pending[]): Promise<void> {
    try {
      this.#write(batch);
      if (this.#options.sync === "always") await this.#segment?.sync();
      for (const { resolve } of batch) resolve();
    } catch (error) {
      if (error instanceof SegmentLost) this.#letGo();
      const urgent = batch.filter(({ mayUseReserve }) => mayUseReserve);
      const again = isFull(error) && urgent.length > 0 && this.#reserve.giveUp();
      const unwritable = this.#unwritable(error);
      for (const one of batch) if (!again || !one.mayUseReserve) one.reject(unwritable);
      if (again) await this.#writeOrReject(urgent);
    }
  }

  #write(batch: readonly { readonly time: string; readonly inner: string }[]): void {
    const segment = this.#segment ?? this.#claim();
    segment.write(batch);
    this.#anchor = this.#anchorOf(segment);
    this.#reserve.keep();
  }

  #claim(): OpenSegment {
    const { folder, maxFileBytes = MAX_FILE_BYTES, maxFileAge = Number.POSITIVE_INFINITY } = this.#options;
    this.#node = claimNode(folder);
    const now = (): number => (this.#options.clock ?? systemClock).now();
    const segment = claimSegment({ folder, maxFileBytes, maxFileAge, now });
    this.#segment = segment;
    this.#claimed = this.#anchorOf(segment);
    if (segment.recovered !== null) {
      this.#write([{ time: this.#now(), inner: innerOf({ type: "recovered", ...segment.recovered }) }]);
    } else if (segment.state.seq > 0) this.#anchor = this.#anchorOf(segment);
    return segment;
  }

  #anchorOf({ segment, state }: OpenSegment): Anchor {
    return { segment, ...state, ...this.#node };
  }

  #letGo(): void {
    const segment = this.#segment;
    this.#segment = null;
    this.#claimed = null;
    segment?.close();
  }

  #now(): string {
    return new Date((this.#options.clock ?? systemClock).now()).toISOString();
  }

  #unwritable(error: unknown): BulkheadError {
    const { folder } = this.#options;
    const code = error instanceof Error && "code" in error ? String(error.code) : null;
    const reason = code ?? (error instanceof Error ? error.message : "unknown");
    return new BulkheadError("audit.unwritable", { folder, reason }, { cause: error });
  }
}

/** The entry's JSON without its braces; taken at once, so that later changes to the object don't matter. */
function innerOf(entry: object): string {
  for (const name of OWN_NAMES)
    if (Object.hasOwn(entry, name)) throw new TypeError(`an audit entry may not have a ${name} of its own`);
  const json = JSON.stringify(entry) as string | undefined;
  if (json?.startsWith("{") !== true) throw new TypeError("an audit entry is a plain object");
  return json.slice(1, -1);
}
