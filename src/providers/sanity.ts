import { bearer, usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const sanity: Provider = {
  id: "sanity",
  title: "Sanity",
  kind: "generic",
  website: "https://www.sanity.io",
  docs: "https://www.sanity.io/docs/http-auth",
  credentials: [
    {
      id: "sanity-token",
      title: "Sanity API token",
      severity: "high",
      actsFor: "machine",
      cite: trufflehog("a232ab8368dbd7f2c4a87bed357ccc0fe27fb560/pkg/detectors/sanity/sanity.go"),
      ...named(
        [
          "sanity_api_token",
          "sanity_auth_token",
          "sanity_token",
          "sanity_write_token",
          "sanity_api_write_token",
          "sanity_api_read_token",
          "sanity_read_token",
        ],
        ["sk{alnum 79}", "sk{alnum 178}"],
      ),
    },
  ],
  variables: {
    SANITY_API_TOKEN: "value",
    SANITY_AUTH_TOKEN: "value",
    SANITY_TOKEN: "value",
    SANITY_API_READ_TOKEN: "value",
    SANITY_API_WRITE_TOKEN: "value",
  },
  hosts: ["api.sanity.io", "*.api.sanity.io"],
  packages: { npm: ["@sanity/client", "next-sanity", "sanity"] },
  rotate: { by: "person", page: "https://www.sanity.io/manage" },
  verify: {
    method: "GET",
    url: "https://api.sanity.io/v2021-06-07/users/me",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
