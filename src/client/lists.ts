/** Lists of `/v1` as the inventory reads them. What the caller may not read is left out and named. */
import type { ApiClient } from "./index.ts";
import type { ApiMethod } from "../core/ports/api.ts";

export interface Listed<T> {
  readonly keys: readonly string[];
  readonly info: ReadonlyMap<string, T>;
  readonly next: string;
}

/** null: the caller may not. */
export async function listed<T>(
  client: ApiClient,
  path: string,
  options: { readonly query?: Record<string, string>; readonly method?: ApiMethod } = {},
): Promise<Listed<T> | null> {
  const { query, method = "LIST" } = options;
  const answer = await client.call(method, path, undefined, { allow: [403, 404], ...(query && { query }) });
  if (answer.status === 403) return null;
  const data = JSON.parse(answer.body.get("data")?.bytes.toString("utf8") ?? "{}") as {
    keys?: readonly string[];
    key_info?: Readonly<Record<string, T>>;
    next?: string | null;
  };
  return {
    keys: data.keys ?? [],
    info: new Map(Object.entries(data.key_info ?? {})),
    next: typeof data.next === "string" ? data.next : "",
  };
}

/** `data` of one path; null: there is nothing, or the caller may not. */
export async function readOr<T>(client: ApiClient, path: string): Promise<T | null> {
  const answer = await client.call("GET", path, undefined, { allow: [403, 404] });
  const data = answer.body.get("data");
  return answer.status !== 200 || data === undefined ? null : (JSON.parse(data.bytes.toString("utf8")) as T);
}
