/** Credentials for people, spreadsheets, pages and programs. Names, owners and places are text from outside: each form escapes it. */
import { formatDuration } from "../core/duration.ts";
import { csvText, markdown } from "../report/parts/escape.ts";
import { date, days } from "./flags.ts";
import type { Credential, LastUse } from "./types.ts";

export type CredentialFormat = "csv" | "markdown";

const COLUMNS = [
  "credential",
  "environment",
  "kind",
  "provider",
  "purpose",
  "owner",
  "stages",
  "consumers",
  "stands",
  "age",
  "last use",
  "due",
  "opens",
  "elsewhere",
  "flags",
] as const;

export function lastUseText(lastUse: LastUse): string {
  if (lastUse.state === "used") return `${date(lastUse.time)} by ${lastUse.by}`;
  return lastUse.state === "none" ? `none since ${date(lastUse.since)}` : "unknown";
}

/** In the order of the columns. `now`: milliseconds since the epoch. */
export function credentialCells(
  one: Credential,
  now: number,
): Readonly<Record<(typeof COLUMNS)[number], string>> {
  return {
    credential: one.project === null ? one.id : `${one.project}/${one.name}`,
    environment: one.environment ?? "",
    kind: one.kind,
    provider: one.provider ?? "",
    purpose: one.purpose ?? "",
    owner: one.owner ?? "",
    stages: one.stages.join(", "),
    consumers: one.consumers.map(({ who }) => who).join(", "),
    stands: one.storage,
    age:
      one.created === null
        ? one.storage === "stored"
          ? "no value"
          : one.storage === "dynamic"
            ? "per run"
            : "unknown"
        : days(now - one.created),
    "last use": lastUseText(one.lastUse),
    due: one.storage === "dynamic" ? "ends by itself" : one.due === null ? "unknown" : date(one.due),
    opens: one.opens,
    elsewhere: one.elsewhere.map(({ what, place }) => `${what}: ${place}`).join("; "),
    flags: one.flags.map(({ id, why }) => `${id}: ${why}`).join("; "),
  };
}

type Rows = (credentials: readonly Credential[], now: number) => string;

export const credentialFormats: Readonly<Record<CredentialFormat, Rows>> = {
  csv: (credentials, now) =>
    csvText([COLUMNS, ...credentials.map((one) => Object.values(credentialCells(one, now)))]),
  markdown: (credentials, now) => {
    const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |\n`;
    return [
      line(COLUMNS),
      line(COLUMNS.map(() => "---")),
      ...credentials.map((one) => line(Object.values(credentialCells(one, now)).map(markdown))),
    ].join("");
  },
};

const time = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** For JSON: times as RFC 3339, spans as they are written in a declaration. */
export function plainCredential(one: Credential, now: number): unknown {
  const { created, due, every, lastUse, consumers, rights, retired, ...same } = one;
  return {
    ...same,
    dynamic: one.storage === "dynamic",
    created: time(created),
    age_days: created === null ? null : Math.floor((now - created) / 86_400_000),
    due: time(due),
    rotate_every: every === null ? null : formatDuration(every),
    last_use:
      lastUse.state === "used"
        ? { ...lastUse, time: time(lastUse.time) }
        : lastUse.state === "none"
          ? { ...lastUse, since: time(lastUse.since) }
          : lastUse,
    consumers: consumers.map((consumer) => ({ ...consumer, last: time(consumer.last) })),
    rights: rights === null ? null : { ...rights, time: time(rights.time) },
    retired: retired === null ? null : { ...retired, since: time(retired.since), until: time(retired.until) },
  };
}
