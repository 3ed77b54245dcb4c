/** What plan and apply need of the API, over the typed client. */
import type { ApiClient } from "../client/index.ts";
import { parseJson } from "../core/json-bytes.ts";
import type { JsonObject, ManifestApi } from "../core/ports/manifest-api.ts";

export function manifestApi(client: ApiClient): ManifestApi {
  return {
    read: async (path) => (await client.read(path)) as JsonObject | null,
    write: async (method, path, body) => {
      const answer = await client.call(method, path, body);
      const data = answer.body.get("data");
      return data === undefined ? null : (parseJson(data) as JsonObject | null);
    },
  };
}
