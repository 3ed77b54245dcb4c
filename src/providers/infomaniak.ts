import { bearer, usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const infomaniak: Provider = {
  id: "infomaniak",
  title: "Infomaniak",
  kind: "cloud",
  website: "https://www.infomaniak.com",
  docs: "https://developer.infomaniak.com/getting-started",
  credentials: [
    {
      id: "infomaniak-api-token",
      title: "Infomaniak API token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(7301),
      ...named(["infomaniak_api_token", "infomaniak_token"], "{base64url 60-100}"),
    },
  ],
  variables: { INFOMANIAK_TOKEN: "value", INFOMANIAK_API_TOKEN: "value" },
  hosts: ["api.infomaniak.com"],
  packages: {},
  rotate: { by: "person", page: "https://manager.infomaniak.com/v3/profile/token" },
  verify: {
    method: "GET",
    url: "https://api.infomaniak.com/1/profile",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
