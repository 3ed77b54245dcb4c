/** An alert's row, and what is shown of it. Names of the log stand in it as the rules made them safe; no value can. */
import { createHash, randomBytes } from "node:crypto";
import { rfc3339 } from "../../core/clock.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import { type Anomaly, type Severity, rules, safeName } from "../../inventory/anomalies/index.ts";

/** What of the token's metadata an alert names. */
export const NAMED = [
  "project",
  "stage",
  "environment",
  "job",
  "run",
  "commit",
  "ref",
  "actor",
  "workflow",
  "repository",
] as const;

/** Times in milliseconds since the epoch. */
export interface Alert {
  readonly id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly title: string;
  readonly text: string;
  readonly reason: string;
  /** Of the subject: the same again is this alert. */
  readonly subject: string;
  readonly who: Readonly<Partial<Record<(typeof NAMED)[number], string>>>;
  readonly remote: string;
  readonly path: string;
  /** Where the entry stands that was the first. */
  readonly place: {
    readonly node: string;
    readonly segment: string;
    readonly seq: number;
    readonly request: string;
  };
  readonly first: number;
  readonly last: number;
  readonly count: number;
  readonly state: "open" | "acknowledged";
  readonly by: string;
  readonly note: string;
  readonly at: number | null;
}

export const subjectHash = (subject: string): string =>
  createHash("sha256").update(subject).digest("hex").slice(0, 32);

const TIME_DIGITS = 12;

/** 32 hex digits, the first 12 the time: ids sort by their time. */
export const newAlertId = (now: number): string =>
  now.toString(16).padStart(TIME_DIGITS, "0") + randomBytes(10).toString("hex");

export const isAlertId = (id: string): boolean => /^[0-9a-f]{32}$/.test(id);

export function alertOf(
  { rule, severity, subject, text, time, access }: Anomaly,
  now: number,
  node: string,
): Alert {
  const known = rules.find(({ id }) => id === rule);
  const metadata = access.who?.metadata ?? access.granted?.metadata ?? {};
  return {
    id: newAlertId(now),
    ...{ rule, severity, text, title: known?.title ?? rule, reason: known?.reason ?? "" },
    subject: subjectHash(subject),
    who: Object.fromEntries(
      NAMED.flatMap((name) => (metadata[name] === undefined ? [] : [[name, safeName(metadata[name])]])),
    ),
    ...{ remote: safeName(access.remote), path: safeName(access.path) },
    place: { node, ...access.place, request: safeName(access.place.request) },
    ...{ first: time, last: time, count: 1, state: "open", by: "", note: "", at: null },
  };
}

/** What Bulkhead says of the log itself. */
export function noticeOf(
  {
    rule,
    text,
    subject,
  }: { readonly rule: "log-broken" | "log-unread"; readonly text: string; readonly subject: string },
  now: number,
  node: string,
): Alert {
  const titles = {
    "log-broken": "the audit log does not go on from where it was read",
    "log-unread": "the audit log holds entries of another version",
  };
  const reasons = {
    "log-broken": "What was cut off was not looked at; `bulkhead audit verify` says what is missing.",
    "log-unread": "What they say was not looked at: update the Bulkhead that reads them.",
  };
  return {
    id: newAlertId(now),
    ...{ rule, severity: rule === "log-broken" ? "critical" : "low", text: safeName(text) },
    ...{ title: titles[rule], reason: reasons[rule], subject: subjectHash(`${rule} ${node} ${subject}`) },
    ...{ who: {}, remote: "", path: "", place: { node, segment: "", seq: 0, request: "" } },
    ...{ first: now, last: now, count: 1, state: "open", by: "", note: "", at: null },
  };
}

export function describeAlert({
  subject: _,
  first,
  last,
  at,
  place,
  who,
  ...rest
}: Alert): Record<string, ReplyValue> {
  return {
    ...rest,
    ...{ who: { ...who }, place: { ...place } },
    first_time: rfc3339(first),
    last_time: rfc3339(last),
    acknowledged_time: at === null ? null : rfc3339(at),
  };
}
