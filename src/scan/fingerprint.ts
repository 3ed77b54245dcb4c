/**
 * Fingerprints: a rule and a value under a salt (docs/spec/baseline.md). They tell whether two findings are the same secret without
 * telling which. A value that could be guessed gets the slow hash, so that guessing it from a committed file costs a tenth of a second a try.
 */
import { createHmac, scrypt } from "node:crypto";
import { promisify } from "node:util";
import type { Trace } from "./finding.ts";

export const SALT_BYTES = 32;
const DOMAIN = "bulkhead.finding.v1";
const BYTES = 16;
/** 32 MiB and about 0.1 s; fixed by the format's version. */
const COST = { N: 32_768, r: 8, p: 1, maxmem: 64 << 20 };

const slowHash = promisify<Buffer, Buffer, number, typeof COST, Buffer>(scrypt);

export class Fingerprinter {
  readonly #salt: Buffer;
  readonly #slow = new Map<string, Promise<string>>();

  constructor(salt: Buffer) {
    this.#salt = salt;
  }

  /** The one that is written down. */
  of(rule: string, trace: Trace): Promise<string> {
    return trace.weak ? this.slow(rule, trace) : Promise.resolve(this.fast(rule, trace));
  }

  fast(rule: string, { sha256 }: Trace): string {
    const mac = createHmac("sha256", this.#salt)
      .update(`${DOMAIN}\0${rule}\0`)
      .update(Buffer.from(sha256, "hex"));
    return `hmac:${mac.digest("hex").slice(0, 2 * BYTES)}`;
  }

  slow(rule: string, { sha256 }: Trace): Promise<string> {
    const key = `${rule}\0${sha256}`;
    const made =
      this.#slow.get(key) ??
      slowHash(
        Buffer.from(sha256, "hex"),
        Buffer.concat([this.#salt, Buffer.from(`${DOMAIN}\0${rule}`)]),
        BYTES,
        COST,
      ).then((hash) => `scrypt:${hash.toString("hex")}`);
    this.#slow.set(key, made);
    return made;
  }
}

export const isFingerprint = (text: unknown): text is string =>
  typeof text === "string" && /^(?:hmac|scrypt):[0-9a-f]{32}$/.test(text);

/** Null when it is not one. */
export function readSalt(text: unknown): Buffer | null {
  return typeof text === "string" && /^[0-9a-f]{64}$/.test(text) ? Buffer.from(text, "hex") : null;
}

export interface Known<T> {
  readonly rule?: string;
  readonly value: T;
}

/** Fingerprints under one or several salts with what is said of each. The slow hash is only made where an entry could have it. */
export class FingerprintSet<T> {
  readonly #printers: readonly Fingerprinter[];
  readonly #entries: ReadonlyMap<string, Known<T>>;
  readonly #slowRules: ReadonlySet<string | undefined>;

  constructor(salts: readonly Buffer[], entries: ReadonlyMap<string, Known<T>>) {
    this.#printers = salts.map((salt) => new Fingerprinter(salt));
    this.#entries = entries;
    this.#slowRules = new Set(
      [...entries].filter(([print]) => print.startsWith("scrypt:")).map(([, { rule }]) => rule),
    );
  }

  /** Under the first salt; undefined where there is none. */
  async print(rule: string, trace: Trace): Promise<string | undefined> {
    return this.#printers[0]?.of(rule, trace);
  }

  /** Every fingerprint of it that is known. */
  async find(rule: string, trace: Trace): Promise<{ readonly fingerprint: string; readonly value: T }[]> {
    const found: { fingerprint: string; value: T }[] = [];
    const look = (fingerprint: string): void => {
      const entry = this.#entries.get(fingerprint);
      if (entry !== undefined && (entry.rule ?? rule) === rule)
        found.push({ fingerprint, value: entry.value });
    };
    for (const printer of this.#printers) {
      look(printer.fast(rule, trace));
      if (this.#slowRules.has(rule) || this.#slowRules.has(undefined)) look(await printer.slow(rule, trace));
    }
    return found;
  }
}
