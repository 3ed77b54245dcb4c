/**
 * A baseline is the list of findings that are known already. It goes by the value, not by the line: it survives moved lines and renamed
 * files, and says nothing of the value to who reads it.
 */
import { randomBytes } from "node:crypto";
import type { Trace } from "../finding.ts";
import { FingerprintSet, SALT_BYTES } from "../fingerprint.ts";
import { type BaselineEntry, type BaselineFile, parseBaseline, renderBaseline } from "./format.ts";

/** One secret of a scan, whether or not it is reported. */
export interface SeenSecret {
  readonly rule: string;
  readonly title: string;
  /** Of its places, the first one first. */
  readonly paths: readonly string[];
  readonly trace: Trace;
}

export interface Baseline {
  /** As messages name it. */
  readonly path: string;
  readonly file: BaselineFile;
  readonly known: FingerprintSet<BaselineEntry>;
}

/** An empty one with a salt of its own. */
export const newBaseline = (path: string): Baseline =>
  baselineOf({ salts: [randomBytes(SALT_BYTES)], entries: new Map() }, path);

/** Throws `baseline.invalid`. */
export const readBaseline = (text: string, path: string): Baseline =>
  baselineOf(parseBaseline(text, path), path);

function baselineOf(file: BaselineFile, path: string): Baseline {
  const entries = new Map([...file.entries].map(([print, value]) => [print, { rule: value.rule, value }]));
  return { path, file, known: new FingerprintSet(file.salts, entries) };
}

export interface BaselineUpdate {
  readonly text: string;
  readonly added: number;
  readonly kept: number;
  readonly dropped: number;
}

/**
 * Everything seen, with reasons, owners and days kept; what was not seen stays unless `prune`. An entry found under a second salt
 * moves to the first.
 */
export async function updateBaseline(
  baseline: Baseline,
  seen: Iterable<SeenSecret>,
  options: { readonly prune: boolean; readonly today: string },
): Promise<BaselineUpdate> {
  const entries = new Map<string, BaselineEntry>();
  const gone = new Map(baseline.file.entries);
  let added = 0;
  for (const one of seen) {
    const fingerprint = await baseline.known.print(one.rule, one.trace);
    if (fingerprint === undefined) continue;
    const before = await baseline.known.find(one.rule, one.trace);
    for (const { fingerprint: old } of before) gone.delete(old);
    const old = before.find((entry) => entry.fingerprint === fingerprint)?.value ?? before[0]?.value;
    if (old === undefined) added++;
    const path = old !== undefined && one.paths.includes(old.path) ? old.path : (one.paths[0] ?? "");
    entries.set(fingerprint, {
      ...(old ?? { date: options.today }),
      fingerprint,
      rule: one.rule,
      title: one.title,
      path: path.slice(0, 1_000).toWellFormed(),
    });
  }
  const kept = entries.size - added;
  if (!options.prune) for (const [fingerprint, entry] of gone) entries.set(fingerprint, entry);
  const [first] = baseline.file.salts;
  const salts = gone.size > 0 && !options.prune ? baseline.file.salts : first === undefined ? [] : [first];
  return {
    text: renderBaseline({ salts, entries }),
    added,
    kept: kept + (options.prune ? 0 : gone.size),
    dropped: options.prune ? gone.size : 0,
  };
}
