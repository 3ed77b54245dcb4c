/** The words that several reports share: which stored secret it is, where it stands, what to do next. Not yet escaped for any format. */
import type { CommitRef, FoundSecret, Place, StoredSecretRef } from "../../core/finding.ts";
import { providerById } from "../../providers/lookup.ts";
import { plural } from "../visible.ts";
import type { ReportContext } from "../types.ts";

/** `this is fraud-detector/dev hub (version 2, in use), owner ml@example.com: pushes the model; used by train, evaluate`. */
export function describeStored(stored: StoredSecretRef): string {
  const field = stored.field === "value" ? "" : `.${stored.field}`;
  const owner = stored.owner === undefined ? "without an owner" : `owner ${stored.owner}`;
  const purpose = stored.purpose === undefined ? "" : `: ${stored.purpose}`;
  const stages = stored.stages.length === 0 ? "" : `; used by ${stored.stages.join(", ")}`;
  const home =
    stored.project === "" ? stored.path : `${stored.project}/${stored.environment} ${stored.secret}`;
  const state = stored.current ? "in use" : "superseded";
  return `this is ${home}${field} (version ${stored.version}, ${state}), ${owner}${purpose}${stages}`;
}

/** `a.zip!inner/x.py:3:7`. Lines and columns count inside the entry. */
export const fileOf = (place: Place): string =>
  place.entry === undefined ? place.path : `${place.path}!${place.entry}`;

export const placeOf = (place: Place): string => `${fileOf(place)}:${place.line}:${place.column}`;

/** What is said of a place behind its line: cell, encoding, commit, remark. */
export function asidesOf(place: Place): string[] {
  return [
    ...(place.within === undefined ? [] : [place.within]),
    ...(place.decoded === undefined || place.decoded.length === 0
      ? []
      : [`inside ${place.decoded.join(", ")}`]),
    ...(place.commit === undefined ? [] : [describeCommit(place.commit)]),
    ...standingOf(place),
    ...(place.note === undefined ? [] : [place.note]),
  ];
}

/** Of a place in a history: whether it is still there. */
function standingOf({ last, current, versions }: Place): string[] {
  if (current === undefined) return [];
  const gone = last === undefined ? "in no branch now" : `gone after ${last.id.slice(0, 10)}`;
  const many = versions === undefined || versions === 1 ? [] : [`in ${versions} versions`];
  return [current ? "still there" : gone, ...many];
}

export const describeCommit = (commit: CommitRef): string =>
  `commit ${commit.id.slice(0, 10)} by ${commit.author} <${commit.email}>, ${commit.date.slice(0, 10)}`;

/** `in the history since 2025-01-01 (Ada …), last 2026-02-03`; null where nothing was found in a history. */
export function describeHistory({ first, last }: FoundSecret): string | null {
  if (first === undefined) return null;
  const until = last === undefined || last.id === first.id ? "" : `, last in ${describeCommit(last)}`;
  return `in the history since ${describeCommit(first)}${until}`;
}

/** One sentence: where it is replaced, and what else. */
export function nextStepOf(secret: Pick<FoundSecret, "provider" | "stored" | "incomplete">): string {
  const page = secret.provider === undefined ? undefined : providerById(secret.provider)?.rotate.page;
  const at = page === undefined ? "" : ` at ${page}`;
  if (secret.stored?.current === false)
    return `make sure that version ${secret.stored.version} is revoked${at}`;
  if (secret.stored !== undefined)
    return `replace it${at}, then store the new one with \`bulkhead secret put ${secret.stored.path}\``;
  return `replace it${at}: removing it from the file does not make it secret again`;
}

/** What was left out and by whom, one line each: `12 findings allowed by .bulkhead/allow.yaml`. */
export function leftOut({ allowed, known }: Pick<ReportContext, "allowed" | "known">): string[] {
  const bySource = Map.groupBy(allowed, (secret) => secret.allowed?.source ?? "");
  const lines = [...bySource].map(([source, secrets]) => {
    const places = secrets.reduce((sum, secret) => sum + secret.places.length + secret.morePlaces, 0);
    return `${plural(places, "finding")} allowed by ${source}`;
  });
  if (known !== undefined && known.count > 0)
    lines.push(`${plural(known.count, "secret")} known from the baseline ${known.path}`);
  return lines;
}

export const countPlaces = (secrets: readonly FoundSecret[]): number =>
  secrets.reduce((sum, { places, morePlaces }) => sum + places.length + morePlaces, 0);

/** `3 secrets in 5 places`. */
export const summaryOf = (secrets: readonly FoundSecret[]): string =>
  secrets.length === 0
    ? "no findings"
    : `${plural(secrets.length, "secret")} in ${plural(countPlaces(secrets), "place")}`;
