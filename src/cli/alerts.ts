/** What the `alerts` commands share: looking at the log now, reading alerts, naming one by the beginning of its id. */
import { BulkheadError } from "../core/errors.ts";
import type { Context } from "./context.ts";

export interface AlertInfo {
  readonly id: string;
  readonly rule: string;
  readonly severity: string;
  readonly title: string;
  readonly text: string;
  readonly reason: string;
  readonly state: string;
  readonly count: number;
  readonly who: Readonly<Record<string, string>>;
  readonly remote: string;
  readonly first_time: string;
  readonly last_time: string;
  readonly by: string;
  readonly note: string;
}

/** The keys and what is said of each, of a list's answer; empty when there is nothing. */
export async function listOf<T>(
  context: Context,
  path: string,
  query: Readonly<Record<string, string | undefined>> = {},
): Promise<T[]> {
  const { client } = await context.api();
  const given = Object.fromEntries(
    Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
  const answer = await client.call("LIST", path, undefined, { query: given, allow: [404] });
  const data = JSON.parse(answer.body.get("data")?.bytes.toString("utf8") ?? "{}") as {
    keys?: string[];
    key_info?: Record<string, T>;
  };
  return (data.keys ?? []).flatMap((key) => data.key_info?.[key] ?? []);
}

/** The local store's log is looked at when it is asked; a server looks by itself. */
export async function lookNow(context: Context): Promise<void> {
  const { tidy } = await context.api();
  await tidy?.();
}

/** The whole id of an alert that begins so. Throws `alert.unknown`, `usage.invalid` where several do. */
export async function alertNamed(context: Context, start: string): Promise<AlertInfo> {
  const found = (await listOf<AlertInfo>(context, "bulkhead/alerts/entries", { limit: "1000" })).filter(
    ({ id }) => id.startsWith(start),
  );
  if (found.length > 1 && start.length < 32)
    throw new BulkheadError("usage.invalid", {
      problem: `several alerts begin with ${start}`,
      command: "alerts ack",
    });
  const [only] = found;
  if (only === undefined || start === "") throw new BulkheadError("alert.unknown", { id: start });
  return only;
}

/** `name=value` pairs. Throws `usage.invalid`. */
export function pairsOf(
  list: readonly string[],
  { flag, command }: { readonly flag: string; readonly command: string },
): Record<string, string> {
  return Object.fromEntries(
    list.map((one) => {
      const at = one.indexOf("=");
      if (at < 1) throw new BulkheadError("usage.invalid", { problem: `--${flag} is name=value`, command });
      return [one.slice(0, at), one.slice(at + 1)];
    }),
  );
}
