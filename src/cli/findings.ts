/** Recorded findings as the commands read them. */
import { BulkheadError } from "../core/errors.ts";
import type { StoredSecretRef } from "../core/finding.ts";
import type { Context } from "./context.ts";

export interface RecordedPlace {
  readonly source: string;
  readonly path: string;
  readonly entry: string;
  readonly line: number;
  readonly within: string;
  readonly commit: string;
  readonly author: string;
  readonly date: string;
  readonly first_seen: string;
  readonly last_seen: string;
}

export interface RecordedFinding {
  readonly id: string;
  readonly rule: string;
  readonly title: string;
  readonly severity: string;
  readonly provider: string;
  readonly opens: string;
  readonly preview: string;
  readonly status: string;
  readonly resolution: string;
  readonly note: string;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly closed_time: string | null;
  readonly closed_by: string;
  readonly stored: StoredSecretRef | null;
  readonly places: readonly RecordedPlace[];
  readonly more_places: number;
}

/** Every page. `query`: the filters of `bulkhead/findings/entries`. */
export async function listFindings(
  context: Context,
  query: Readonly<Record<string, string | undefined>>,
  most = Number.POSITIVE_INFINITY,
): Promise<RecordedFinding[]> {
  const { client } = await context.api();
  const found: RecordedFinding[] = [];
  for (let after = ""; found.length < most; ) {
    const given = Object.entries({ ...query, after }).filter(
      ([, value]) => value !== undefined && value !== "",
    );
    const answer = await client.call("LIST", "bulkhead/findings/entries", undefined, {
      query: Object.fromEntries(given) as Record<string, string>,
      allow: [404],
    });
    const data = JSON.parse(answer.body.get("data")?.bytes.toString("utf8") ?? "{}") as {
      keys?: string[];
      key_info?: Record<string, RecordedFinding>;
      next?: string;
    };
    found.push(...(data.keys ?? []).flatMap((id) => data.key_info?.[id] ?? []));
    after = data.next ?? "";
    if (after === "") break;
  }
  return found.slice(0, most);
}

/** By the id or enough of its beginning. Throws `finding.unknown`. */
export async function findingId(context: Context, given: string): Promise<string> {
  if (/^[0-9a-f]{32}$/.test(given)) return given;
  const all = /^[0-9a-f]{4,31}$/.test(given) ? await listFindings(context, {}) : [];
  const [one, ...others] = all.filter(({ id }) => id.startsWith(given));
  if (one === undefined || others.length > 0) throw new BulkheadError("finding.unknown", { id: given });
  return one.id;
}
