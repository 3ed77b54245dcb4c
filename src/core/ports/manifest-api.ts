/** What `plan` and `apply` need of the API: data in, data out. `cli/` implements it with the typed client of /v1. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface ManifestApi {
  /**
   * The reply's `data` of a GET on a path below `/v1/` (without a leading slash); null when there is nothing (404). Throws the
   * API's error for everything else.
   */
  read(path: string): Promise<JsonObject | null>;
  /** The reply's `data`, null when it has none (204). Throws the API's error when it is refused. */
  write(method: "POST" | "PUT" | "DELETE", path: string, body?: JsonObject): Promise<JsonObject | null>;
}
