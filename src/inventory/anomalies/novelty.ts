/**
 * What was never seen before, somewhere where much was seen: the shape of most rules. Each place (a secret, a stage) learns by itself
 * for `settled` and then speaks of each new value once. A place whose values change by nature (`roaming` of them known) says nothing.
 */
import { type Access, type AnyRule, type History, type Severity, rule, said } from "./types.ts";

const MOST_VALUES = 16;
const MOST_TEXT = 120;
/** `settled`: a place younger than that is learning. */
const LEAST_SEEN = 5;

interface Place {
  /** First and number of accesses. */
  f: number;
  n: number;
  /** Values, the one seen last at the end. */
  v: string[];
}

export interface Seen {
  /** Where one learns: unbounded. */
  readonly place: string;
  readonly value: string;
}

export interface Known {
  readonly values: readonly string[];
  /** Milliseconds since the place was first seen. */
  readonly age: number;
}

export interface Novelty {
  readonly id: string;
  readonly title: string;
  readonly severity: Severity;
  readonly reason: string;
  readonly says: string;
  readonly silent: string;
  /** As written, of places that learn. */
  readonly settled?: string;
  readonly roaming: number;
  readonly most: number;
  of(access: Access): Seen | null;
  /** It was declared: learned without a word. */
  expected?(access: Access, history: History): boolean;
  say(access: Access, known: Known): string;
}

export const novelty = (kind: Novelty): AnyRule =>
  rule({
    ...kind,
    settings: {
      settled: {
        kind: "duration",
        default: kind.settled ?? "7d",
        description: "how long it learns before it speaks, counted from the first time something is seen",
      },
      roaming: {
        kind: "count",
        default: String(kind.roaming),
        description:
          "so many known values (at most 16) mean that they change by nature: silence from then on",
      },
    },
    start: ({ settled, roaming }, memory) => {
      const places = memory.table<Place>(kind.id, kind.most);
      return {
        see: (access, history) => {
          const seen = kind.of(access);
          if (seen === null) return null;
          const value = seen.value.slice(0, MOST_TEXT);
          const place = places.get(seen.place) ?? { f: access.time, n: 0, v: [] };
          if (place.v.at(-1) === value) {
            place.n++;
            places.set(seen.place, place);
            return null;
          }
          const known = place.v.includes(value);
          const values = place.v.filter((one) => one !== value);
          const age = access.time - place.f;
          places.set(seen.place, {
            f: place.f,
            n: place.n + 1,
            v: [...values.slice(-MOST_VALUES + 1), value],
          });
          const learning = age < settled || place.n < LEAST_SEEN;
          if (known || learning || values.length >= roaming || kind.expected?.(access, history) === true)
            return null;
          return said(access, {
            subject: `${seen.place} ${seen.value}`,
            text: kind.say(access, { values, age }),
          });
        },
      };
    },
  });
