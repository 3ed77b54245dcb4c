/** What the paths of this engine share about what they are given. */
import { BulkheadError } from "../../core/errors.ts";

export const invalid = (problem: string): BulkheadError => new BulkheadError("pki.invalid", { problem });
export const notAllowed = (problem: string): BulkheadError =>
  new BulkheadError("pki.not-allowed", { problem });

/** Names of roles, issuers and keys as Vault takes them. */
export function checkName(name: string): string {
  if (!/^\w(([\w.-]){0,253}\w)?$/.test(name)) throw new BulkheadError("request.unsupported-path");
  return name;
}

/** Milliseconds since the epoch of an RFC 3339 text. */
export function timeOf(text: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (Number.isNaN(time)) throw invalid("a time must be in the form 2006-01-02T15:04:05Z");
  return time;
}

/** `3h0m0s`: how Go writes a span, in texts that OpenBao's clients read. */
export function goDuration(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}h${m}m${s}s` : m > 0 ? `${m}m${s}s` : `${s}s`;
}

export const texts = (value: string | undefined): string[] =>
  (value ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
