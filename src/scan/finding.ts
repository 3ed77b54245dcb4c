/** From a raw match to a sighting: preview, what it opens, and the digests that stay in memory. After this the value is gone. */
import { createHash } from "node:crypto";
import type { Allowed, Finding, Place } from "../core/finding.ts";
import { kinds } from "../core/kinds.ts";
import { Secret } from "../core/secret.ts";
import { entropy } from "../detect/placeholders.ts";
import type { RawMatch } from "../detect/types.ts";
import type { Lines } from "./lines.ts";

/** One value at one place, on its way to being grouped, allowed, identified. Never rendered: `finding` is what others see. */
export interface Sighting {
  readonly finding: Finding;
  readonly trace: Trace;
  /** For allow comments; zeroed once judged. */
  readonly lines?: Lines;
  /** What a rule file's own list says, which was asked while the value was at hand. */
  readonly allowed?: Allowed;
  /** Only where the caller asked to keep it (`--show`). */
  readonly value?: Secret;
}

/** What is known of a value. A plain hash of a weak value gives it away, so nothing here is printed. */
export class Trace {
  readonly #sha256: readonly string[];
  readonly #sha1: string;
  /** Guessable: fingerprints of it are made with the slow hash. */
  readonly weak: boolean;

  constructor(value: Buffer, weak: boolean) {
    this.weak = weak;
    const hash = digest("sha256", value);
    // A key file is often stored with a line end more.
    this.#sha256 = value[0] === 0x2d ? [hash, digest("sha256", value, "\n")] : [hash];
    this.#sha1 = digest("sha1", value);
  }

  /** Hex SHA-256 of the value. */
  get sha256(): string {
    return this.#sha256[0] ?? "";
  }

  /** Every digest under which a store may know it, the value's own first. */
  get digests(): readonly string[] {
    return this.#sha256;
  }

  /** As detect-secrets writes it. */
  get sha1(): string {
    return this.#sha1;
  }

  toJSON(): string {
    return "[redacted]";
  }
}

function digest(algorithm: string, ...parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash(algorithm);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

export interface SightingOptions {
  readonly lines?: Lines | undefined;
  readonly allowed?: Allowed | null | undefined;
  /** Keep the value for `--show`. */
  readonly keep?: boolean;
}

/** Takes the match's value over: it is zeroed once hashed, or kept as a Secret where asked. */
export function sightingOf(match: RawMatch, place: Place, options: SightingOptions = {}): Sighting {
  const { rule, value, incomplete, says } = match;
  const finding: Finding = {
    rule: rule.id,
    title: rule.title,
    severity: incomplete === undefined ? rule.severity : "low",
    ...(rule.provider === undefined ? {} : { provider: rule.provider }),
    kind: rule.kind,
    opens: kinds[rule.kind].enables,
    place: match.decoded === undefined ? place : { ...place, decoded: match.decoded },
    ...(incomplete === undefined ? {} : { incomplete }),
    ...(says === undefined ? {} : { says }),
    preview: previewOf(match),
  };
  const trace = new Trace(value, isWeak(match));
  const kept = options.keep === true ? Secret.own(value) : undefined;
  if (kept === undefined) value.fill(0);
  return {
    finding,
    trace,
    ...(options.lines === undefined ? {} : { lines: options.lines }),
    ...(options.allowed ? { allowed: options.allowed } : {}),
    ...(kept === undefined ? {} : { value: kept }),
  };
}

const STRONG_BITS = 72;

/**
 * Whether somebody with its hash could find a value by trying: what people choose themselves. A vendor's own key is strong from 20
 * bytes on, anything else from 32, and both only when their characters vary as random ones do (docs/spec/baseline.md).
 */
export function isWeak({ rule, value }: Pick<RawMatch, "rule" | "value">): boolean {
  if (value.length < (rule.rank <= 1 ? 20 : 32)) return true;
  const text = value.toString("latin1");
  return text.length * entropy(text) < STRONG_BITS;
}

const HIDDEN = "…";

/** The public prefix, at most four characters of a long random part, and the length; nothing of a short one. */
export function previewOf({ rule, value }: Pick<RawMatch, "rule" | "value">): string {
  const text = value.toString("latin1");
  const size = `(${value.length} characters)`;
  const header = /^-----BEGIN [A-Z0-9 ]{1,50}-----/.exec(text)?.[0];
  if (header !== undefined) return `${header}${HIDDEN} ${size}`;
  const prefix =
    rule.prefixes.filter((one) => text.startsWith(one)).sort((a, b) => b.length - a.length)[0] ?? "";
  const random = text.length - prefix.length;
  const shown = random >= 32 ? 4 : random >= 20 ? 2 : 0;
  return `${text.slice(0, prefix.length + shown)}${HIDDEN} ${size}`;
}
