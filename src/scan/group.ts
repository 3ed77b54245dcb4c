/** One secret with all its places, out of many sightings. */
import {
  type Finding,
  type FoundSecret,
  type Allowed,
  type Place,
  type Severity,
  type StoredSecretRef,
} from "../core/finding.ts";
import type { Secret } from "../core/secret.ts";
import type { Sighting, Trace } from "./finding.ts";

export const severities: readonly Severity[] = ["critical", "high", "medium", "low", "info"];
export const rankOf = (severity: Severity): number => severities.indexOf(severity);

/** More are counted, not kept: a log can hold one key a million times. */
export const MOST_PLACES = 10_000;

export class Group {
  readonly trace: Trace;
  readonly first: Finding;
  readonly places: Place[] = [];
  more = 0;
  severity: Severity;
  /** Half a credential is whole as soon as it is whole in one place. */
  #incomplete: string | undefined;
  stored: StoredSecretRef | undefined;
  fingerprint: string | undefined;
  readonly value: Secret | undefined;

  constructor({ finding, trace, value }: Sighting) {
    this.trace = trace;
    this.first = finding;
    this.severity = finding.severity;
    this.#incomplete = finding.incomplete;
    this.value = value;
  }

  add({ finding }: Sighting, note?: string): Place {
    const place = note === undefined ? finding.place : { ...finding.place, note };
    if (this.places.length < MOST_PLACES) this.places.push(place);
    else this.more++;
    if (rankOf(finding.severity) < rankOf(this.severity)) this.severity = finding.severity;
    if (finding.incomplete === undefined) this.#incomplete = undefined;
    return place;
  }

  /** A credential that production uses now is critical, whatever its kind. */
  get worst(): Severity {
    return this.stored?.current === true && this.stored.production ? "critical" : this.severity;
  }

  /** The finding of one place, as far as the group knows it by now. */
  at(place: Place): Finding {
    return { ...this.#facts(), place };
  }

  secret(allowed?: Allowed): FoundSecret {
    const places = [...this.places].sort(byPlace);
    const commits = places
      .flatMap(({ commit }) => commit ?? [])
      .sort((a, b) => timeOf(a.date) - timeOf(b.date));
    const lasts = places
      .flatMap((place) => place.last ?? place.commit ?? [])
      .sort((a, b) => timeOf(a.date) - timeOf(b.date));
    const [first, last] = [commits[0], lasts.at(-1)];
    return {
      ...this.#facts(),
      places,
      morePlaces: this.more,
      ...(first === undefined ? {} : { first }),
      ...(last === undefined ? {} : { last }),
      ...(allowed === undefined ? {} : { allowed }),
    };
  }

  #facts(): Omit<Finding, "place"> {
    const { place: _, incomplete: __, ...facts } = this.first;
    return {
      ...facts,
      severity: this.worst,
      ...(this.#incomplete === undefined ? {} : { incomplete: this.#incomplete }),
      ...(this.fingerprint === undefined ? {} : { fingerprint: this.fingerprint }),
      ...(this.stored === undefined ? {} : { stored: this.stored }),
    };
  }
}

const timeOf = (date: string): number => Date.parse(date) || 0;
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const byPlace = (a: Place, b: Place): number =>
  order(a.path, b.path) ||
  order(a.entry ?? "", b.entry ?? "") ||
  a.line - b.line ||
  a.column - b.column ||
  a.offset - b.offset;

/** The worst first, then by place. */
export const byWeight = (a: FoundSecret, b: FoundSecret): number =>
  rankOf(a.severity) - rankOf(b.severity) ||
  (a.places[0] !== undefined && b.places[0] !== undefined ? byPlace(a.places[0], b.places[0]) : 0) ||
  order(a.rule, b.rule);
