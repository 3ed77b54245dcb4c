/**
 * What becomes of sightings, from whatever source they come: grouped by secret, judged by baseline, comments and allow lists, identified by
 * the store. Digests and values stay in here; what comes out can be shown.
 */
import type { Finding, FoundSecret } from "../core/finding.ts";
import type { Secret } from "../core/secret.ts";
import type { Allowance, Verdict } from "./allow/index.ts";
import type { Baseline, SeenSecret } from "./baseline/index.ts";
import type { Sighting, Trace } from "./finding.ts";
import { Group, byWeight } from "./group.ts";
import { identify, type Identifier } from "./identify.ts";
import { wipeLines } from "./lines.ts";

export interface SessionOptions {
  readonly allowance?: Allowance;
  readonly baseline?: Baseline;
  readonly identifier?: Identifier;
  /** Each reported place once it is judged and identified, while the scan goes on. */
  readonly onFinding?: (finding: Finding) => void;
}

export interface Settled {
  /** To report: the worst first. */
  readonly secrets: readonly FoundSecret[];
  /** Places that a comment or a list allows, grouped by secret and by what allows them. */
  readonly allowed: readonly FoundSecret[];
  /** Secrets that the baseline knows. */
  readonly known: number;
  /** Reported and known ones, for the next baseline: what is allowed needs no entry. */
  readonly seen: readonly SeenSecret[];
  /** For the record of findings: the digests are in memory only. */
  traceOf(secret: FoundSecret): Trace | undefined;
  /** Where the source was asked to keep values. */
  valueOf(secret: FoundSecret): Secret | undefined;
}

/** Findings are identified in such batches. */
const BATCH = 500;

interface Judged {
  readonly reported: Group;
  /** By source and reason. */
  readonly allowed: Map<string, { readonly group: Group; readonly verdict: Verdict & { allowed: true } }>;
  readonly known: boolean;
  asked: boolean;
}

export async function settle(
  sightings: AsyncIterable<Sighting> | Iterable<Sighting>,
  options: SessionOptions,
): Promise<Settled> {
  const { allowance, baseline, onFinding } = options;
  const all = new Map<string, Judged>();
  let waiting: { readonly judged: Judged; readonly place: Finding["place"] }[] = [];

  const flush = async (): Promise<void> => {
    await ask(
      waiting.map(({ judged }) => judged),
      options.identifier,
    );
    for (const { judged, place } of waiting) onFinding?.(judged.reported.at(place));
    waiting = [];
  };

  for await (const sighting of sightings) {
    const { rule } = sighting.finding;
    const key = `${rule}\0${sighting.trace.sha256}`;
    const judged = all.get(key) ?? (await begin(sighting, options));
    all.set(key, judged);
    const verdict = sighting.allowed
      ? ({ allowed: true, ...sighting.allowed } as const)
      : ((await allowance?.verdict(sighting)) ?? null);
    wipeLines(sighting.lines);
    if (sighting.value !== judged.reported.value) sighting.value?.wipe();
    if (verdict?.allowed === true) {
      const why = `${verdict.source}\0${verdict.reason}`;
      const one = judged.allowed.get(why) ?? { group: new Group(sighting), verdict };
      one.group.fingerprint = judged.reported.fingerprint;
      one.group.add(sighting);
      judged.allowed.set(why, one);
      continue;
    }
    const place = judged.reported.add(sighting, verdict?.note);
    if (judged.known || onFinding === undefined) continue;
    waiting.push({ judged, place });
    if (waiting.length >= BATCH) await flush();
  }
  await flush();
  const reported = [...all.values()].filter(({ reported: { places }, known }) => places.length > 0 && !known);
  await ask(reported, options.identifier);
  const groups = new Map(reported.map((one) => [one.reported.secret(), one.reported]));
  const seen = [...all.values()].filter(({ reported: { places } }) => places.length > 0);
  return {
    secrets: [...groups.keys()].sort(byWeight),
    allowed: [...all.values()]
      .flatMap((one) => [...one.allowed.values()])
      .map(({ group, verdict: { reason, source } }) => group.secret({ reason, source }))
      .sort(byWeight),
    known: baseline === undefined ? 0 : seen.filter(({ known }) => known).length,
    seen: seen.map(({ reported: group }) => ({
      rule: group.first.rule,
      title: group.first.title,
      paths: [...new Set(group.secret().places.map(({ path }) => path))],
      trace: group.trace,
    })),
    traceOf: (secret) => groups.get(secret)?.trace,
    valueOf: (secret) => groups.get(secret)?.value,
  };
}

async function begin(sighting: Sighting, { baseline, allowance }: SessionOptions): Promise<Judged> {
  const group = new Group(sighting);
  const { rule } = sighting.finding;
  const entries = (await baseline?.known.find(rule, group.trace)) ?? [];
  const known = entries.length > 0;
  if (!known)
    group.fingerprint =
      baseline === undefined
        ? await allowance?.print(sighting)
        : await baseline.known.print(rule, group.trace);
  return { reported: group, allowed: new Map(), known, asked: false };
}

/** Each secret is asked for once. */
async function ask(judged: readonly Judged[], identifier: Identifier | undefined): Promise<void> {
  const open = [...new Set(judged)].filter(({ asked }) => !asked);
  const found = await identify(
    open.map(({ reported }) => reported.trace),
    identifier,
  );
  for (const one of open) {
    one.asked = true;
    one.reported.stored = found.get(one.reported.trace);
  }
}
