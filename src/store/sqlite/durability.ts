/**
 * The write-ahead log on its way to the disk. SQLite writes a commit into the log without waiting (synchronous=NORMAL; what it folds
 * into the file is synced by itself); the sync runs beside the event loop, one at a time, and covers everything that was committed
 * before it began. A commit is acknowledged after its sync, and what is read of it before is handed out only then, so that nobody
 * is told what a power failure could take back.
 */
import { close, closeSync, fdatasync, fstatSync, fsyncSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { BulkheadError } from "../../core/errors.ts";

const fdatasyncOf = promisify(fdatasync);

export class Durability {
  readonly #path: string;
  readonly #syncFile: (file: number) => Promise<void>;
  #log: number | null = null;
  /** Sequences: of the last commit of this process, and of the last that is on the disk. */
  #committed = 0;
  #durable = 0;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  /** A log whose sync failed once cannot be trusted again: what the system dropped, a later sync does not report. */
  #broken: BulkheadError | null = null;

  /** `path` of the store's file; `sync` as fdatasync does it. */
  constructor(path: string, sync: (file: number) => Promise<void> = fdatasyncOf) {
    this.#path = path;
    this.#syncFile = sync;
  }

  /** Resolves when the commit of this sequence is on the disk. Throws `store.full`. */
  committed(sequence: number): Promise<void> {
    this.#committed = sequence;
    if (this.#running === null) return this.#start();
    this.#next ??= this.#running.then(
      () => this.#start(),
      () => this.#start(),
    );
    return this.#next;
  }

  /** Resolves when what this process committed up to this sequence is on the disk; undefined when it is. Throws as `committed`. */
  upTo(sequence = this.#committed): Promise<void> | undefined {
    if (Math.min(sequence, this.#committed) <= this.#durable) return undefined;
    return this.#next ?? this.#running ?? (this.#broken === null ? undefined : Promise.reject(this.#broken));
  }

  close(): void {
    if (this.#log !== null) close(this.#log, () => undefined);
    this.#log = null;
  }

  #start(): Promise<void> {
    this.#next = null;
    const covered = this.#committed;
    this.#running = this.#sync()
      .then(() => void (this.#durable = covered))
      .finally(() => (this.#running = null));
    return this.#running;
  }

  async #sync(): Promise<void> {
    if (this.#broken !== null) throw this.#broken;
    try {
      await this.#syncFile(this.#open());
    } catch (cause) {
      const reason = "the disk refused; what it holds is known only when the store is opened again";
      this.#broken = new BulkheadError("store.full", { path: this.#path, reason }, { cause });
      throw this.#broken;
    }
  }

  /** The log is there as long as anybody has the store open; what it stands in is synced once. */
  #open(): number {
    if (this.#log !== null && fstatSync(this.#log).nlink > 0) return this.#log;
    this.close();
    this.#log = openSync(`${this.#path}-wal`, "r+");
    const folder = openSync(dirname(this.#path), "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
    return this.#log;
  }
}
