/** A recorded finding: what is kept, how it arrives, how it is shown. The value and its plain hashes are in none of them. */
import * as v from "valibot";
import { rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import { type RawJson, type ReplyValue, parseJson } from "../../core/json-bytes.ts";
import type { StoredSecretRef } from "../../core/finding.ts";

export const MOST_FINDINGS = 1_000;
/** Kept of one finding, all sources together. */
const MOST_PLACES = 500;

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const placeSchema = v.strictObject({
  path: text(4_096),
  entry: text(4_096),
  line: v.pipe(v.number(), v.integer(), v.minValue(0)),
  within: text(500),
  commit: v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{40,64})?$/, "is not a commit")),
  author: text(500),
  date: text(64),
});

const findingSchema = v.strictObject({
  /** Of the value, and of the value as files hold it; the first is its own. */
  sha256: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "is no digest"))),
    v.minLength(1),
    v.maxLength(4),
  ),
  rule: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]{0,99}$/, "is not a rule")),
  title: text(300),
  severity: v.picklist(["critical", "high", "medium", "low", "info"]),
  provider: text(100),
  kind: text(100),
  opens: text(1_000),
  preview: text(300),
  places: v.pipe(v.array(placeSchema), v.maxLength(MOST_PLACES)),
  more_places: v.pipe(v.number(), v.integer(), v.minValue(0)),
});

export type Arriving = v.InferOutput<typeof findingSchema>;
type Place = v.InferOutput<typeof placeSchema>;

/** Why a finding is closed, and whether seeing it again opens it: a dead key may lie in a history for ever. */
export const resolutions: Readonly<Record<string, { readonly reopens: boolean; readonly says: string }>> = {
  rotated: { reopens: false, says: "the credential was replaced and the old one is dead" },
  revoked: { reopens: false, says: "the credential is dead" },
  removed: { reopens: true, says: "it was taken out of the files" },
  accepted: { reopens: false, says: "it may stay" },
  "false-positive": { reopens: false, says: "it is no credential" },
};

/** Times in milliseconds since the epoch. */
export interface Entry {
  /** Keyed by this store: 32 hex digits. */
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly severity: string;
  readonly provider: string;
  readonly kind: string;
  readonly opens: string;
  readonly preview: string;
  readonly places: readonly (Place & {
    readonly source: string;
    readonly first: number;
    readonly last: number;
  })[];
  readonly morePlaces: number;
  readonly stored: StoredSecretRef | null;
  readonly first: number;
  readonly last: number;
  readonly status: "open" | "resolved";
  readonly resolution: string;
  readonly note: string;
  readonly closed: number | null;
  readonly closedBy: string;
}

/** Throws `request.invalid`; what was given is not repeated. */
export function readArriving(raw: RawJson): Arriving[] {
  const schema = v.pipe(v.array(findingSchema), v.maxLength(MOST_FINDINGS));
  const result = v.safeParse(schema, parseJson(raw), { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = issue.path?.map(({ key }) => String(key)).join(".") ?? "";
  throw new BulkheadError("request.invalid", {
    problem: `findings.${path} is not as it should be`.slice(0, 200),
  });
}

export interface Meeting {
  readonly id: string;
  readonly arriving: Arriving;
  readonly source: string;
  readonly stored: StoredSecretRef | null;
  readonly now: number;
}

/** The entry after it was seen (again). The same scan twice changes times alone. */
export function meet(before: Entry | null, { id, arriving, source, stored, now }: Meeting): Entry {
  const { rule, title, severity, provider, kind, opens, preview } = arriving;
  const key = (place: Place & { source: string }): string =>
    [place.source, place.path, place.entry, place.commit, place.line, place.within].join("\0");
  const known = new Map((before?.places ?? []).map((place) => [key(place), place]));
  for (const place of arriving.places) {
    const here = { ...place, source };
    const first = known.get(key(here))?.first ?? now;
    known.set(key(here), { ...here, first, last: now });
  }
  // the latest seen are kept
  const places = [...known.values()].sort((a, b) => b.last - a.last).slice(0, MOST_PLACES);
  const reopened = before?.status === "resolved" && (resolutions[before.resolution]?.reopens ?? true);
  const facts = { id, rule, title, severity, provider, kind, opens, preview, places, stored };
  return {
    ...facts,
    morePlaces: Math.max(arriving.more_places, known.size - places.length),
    first: before?.first ?? now,
    last: now,
    status: before === null || reopened ? "open" : before.status,
    resolution: reopened ? "" : (before?.resolution ?? ""),
    note: reopened ? "" : (before?.note ?? ""),
    closed: reopened ? null : (before?.closed ?? null),
    closedBy: reopened ? "" : (before?.closedBy ?? ""),
  };
}

export function describeEntry(entry: Entry): Record<string, ReplyValue> {
  const { first, last, closed, closedBy, morePlaces, places, stored, ...same } = entry;
  return {
    ...same,
    stored: stored as unknown as ReplyValue,
    first_seen: rfc3339(first),
    last_seen: rfc3339(last),
    closed_time: closed === null ? null : rfc3339(closed),
    closed_by: closedBy,
    more_places: morePlaces,
    places: places.map(({ first: from, last: to, ...place }) => ({
      ...place,
      first_seen: rfc3339(from),
      last_seen: rfc3339(to),
    })),
  };
}
