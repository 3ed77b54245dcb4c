/**
 * Reports of several scans as one. A secret of two reports is one where their fingerprints are equal, which needs one salt: the same
 * baseline or allow list. Without, each report keeps its own entry, since a preview does not tell one value from another.
 */
import type { CommitRef, FoundSecret, Place } from "../core/finding.ts";
import { MOST_PLACES, byPlace, byWeight, rankOf } from "./group.ts";
import type { Unread } from "./types.ts";

export interface ScanReport {
  readonly files: number;
  readonly bytes: number;
  readonly unreadable: readonly Unread[];
  readonly known?: { readonly count: number; readonly path: string };
  readonly secrets: readonly FoundSecret[];
  readonly allowed: readonly FoundSecret[];
}

export interface MergedReport extends ScanReport {
  /** Secrets without a fingerprint, where there was more than one report. */
  readonly unprinted: number;
}

export function mergeReports(reports: readonly ScanReport[]): MergedReport {
  const sum = (of: (report: ScanReport) => number): number => reports.reduce((all, one) => all + of(one), 0);
  const known = reports.flatMap((report) => report.known ?? []);
  const secrets = mergeSecrets(reports.flatMap((report) => report.secrets));
  return {
    files: sum(({ files }) => files),
    bytes: sum(({ bytes }) => bytes),
    // What concerns all of a history is said by each of its shards.
    unreadable: unique(
      reports.flatMap((report) => report.unreadable),
      ({ path, reason }) => `${path}\0${reason}`,
    ),
    ...(known[0] && {
      known: { path: known[0].path, count: known.reduce((all, { count }) => all + count, 0) },
    }),
    secrets,
    allowed: mergeSecrets(reports.flatMap((report) => report.allowed)),
    unprinted: reports.length < 2 ? 0 : secrets.filter(({ fingerprint }) => fingerprint === undefined).length,
  };
}

function mergeSecrets(secrets: readonly FoundSecret[]): FoundSecret[] {
  const groups = Map.groupBy(secrets, ({ rule, fingerprint, allowed, places: [first] }) =>
    fingerprint === undefined
      ? JSON.stringify([rule, first, allowed])
      : JSON.stringify([rule, fingerprint, allowed?.source, allowed?.reason]),
  );
  return [...groups.values()].map(mergeOne).sort(byWeight);
}

function mergeOne(parts: readonly FoundSecret[]): FoundSecret {
  const [worst] = parts.toSorted((a, b) => rankOf(a.severity) - rankOf(b.severity));
  if (parts.length === 1 || worst === undefined) return parts[0] as FoundSecret;
  const { incomplete, first: _, last: __, ...facts } = worst;
  const places = placesOf(parts);
  const commits = parts
    .flatMap(({ first, last }) => [first ?? [], last ?? []].flat())
    .sort((a, b) => timeOf(a) - timeOf(b));
  const [first, last] = [commits[0], commits.at(-1)];
  return {
    ...facts,
    // Half a credential is whole as soon as it is whole in one place.
    ...(incomplete !== undefined && parts.every((part) => part.incomplete !== undefined) && { incomplete }),
    ...(first && { first }),
    ...(last && { last }),
    places: places.slice(0, MOST_PLACES),
    morePlaces:
      parts.reduce((all, { morePlaces }) => all + morePlaces, 0) + Math.max(0, places.length - MOST_PLACES),
  };
}

/** Of what several shards of a history found at one path, the place that came first stays. */
function placesOf(parts: readonly FoundSecret[]): Place[] {
  const places = parts.flatMap((part) => part.places);
  const dated = places.toSorted((a, b) => timeOf(a.commit) - timeOf(b.commit));
  const key = ({ path, entry, line, column, offset, commit }: Place): string =>
    JSON.stringify(commit === undefined ? [path, entry, line, column, offset] : [path, entry]);
  return unique(dated, key).sort(byPlace);
}

const timeOf = (commit: CommitRef | undefined): number => Date.parse(commit?.date ?? "") || 0;

const unique = <T>(all: readonly T[], key: (one: T) => string): T[] =>
  [...new Map(all.toReversed().map((one) => [key(one), one])).values()].reverse();
