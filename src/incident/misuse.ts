/** The access history of what was reached: what the rules find in it, and who fetched what from where, before and after. */
import type { AuditRecord } from "../audit-log/index.ts";
import { type Access, foldOf, safeName } from "../inventory/anomalies/index.ts";
import type { IncidentFacts } from "./types.ts";

export interface Reached {
  /** `secret/fraud/prod/openai`, or the path that mints it. */
  readonly secrets: readonly string[];
  /** `fraud/train in prod` */
  readonly identities: readonly string[];
}

export interface Misuse {
  /** Milliseconds since the epoch: of the first and last entry looked at; null: none. */
  readonly from: number | null;
  readonly to: number | null;
  readonly entries: number;
  /** Sentences of the rules, with their time; at most `MOST`. */
  readonly anomalies: readonly { readonly time: number; readonly rule: string; readonly text: string }[];
  /** Fetches of what was reached since then, by reader and network address; at most `MOST`. */
  readonly fetches: readonly {
    readonly secret: string;
    readonly who: string;
    readonly remote: string;
    readonly count: number;
    readonly first: number;
    readonly last: number;
  }[];
}

const MOST = 500;

export const reachedOf = ({ secrets, stages }: Pick<IncidentFacts, "secrets" | "stages">): Reached => ({
  secrets: secrets.map(
    ({ dynamic, project, environment, name }) => dynamic ?? `secret/${project}/${environment}/${name}`,
  ),
  identities: stages.map(({ project, stage, environment }) => `${project}/${stage} in ${environment}`),
});

/** `since`: what came before teaches the rules what is usual, and is not reported. */
export async function searchMisuse(
  records: AsyncIterable<AuditRecord>,
  { secrets, identities }: Reached,
  since: number,
): Promise<Misuse> {
  const fold = foldOf();
  const wanted = new Set(secrets);
  const who = new Set(identities);
  const about = ({ secret, who: caller, path }: Access): boolean =>
    (secret !== null && wanted.has(secret)) ||
    (caller !== null && who.has(caller.identity)) ||
    wanted.has(path);
  const fetches = new Map<string, Misuse["fetches"][number]>();
  const anomalies: Misuse["anomalies"][number][] = [];
  let [from, to, entries]: [number | null, number | null, number] = [null, null, 0];
  const keep = (found: ReturnType<typeof fold.take>): void => {
    for (const { rule, text, time, access } of found)
      if (time >= since && anomalies.length < MOST && (about(access) || access.who === null))
        anomalies.push({ rule, text, time });
  };
  for await (const record of records) {
    entries++;
    const time = Date.parse(record.time);
    from ??= time;
    to = time;
    keep(fold.take(record));
    const { last } = fold;
    if (last === null || time < since || last.secret === null || !wanted.has(last.secret)) continue;
    const [secret, reader, remote] = [last.secret, last.who?.identity ?? "", last.remote].map(safeName);
    const key = `${secret}\n${reader}\n${remote}`;
    const known = fetches.get(key);
    if (known === undefined && fetches.size >= MOST) continue;
    fetches.set(key, {
      ...{ secret: secret ?? "", who: reader ?? "", remote: remote ?? "" },
      ...{ count: (known?.count ?? 0) + 1, first: known?.first ?? time, last: time },
    });
  }
  keep(fold.due(Number.POSITIVE_INFINITY));
  return { from, to, entries, anomalies, fetches: [...fetches.values()].sort((a, b) => b.count - a.count) };
}
