import { bearer, prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const apify: Provider = {
  id: "apify",
  title: "Apify",
  kind: "generic",
  website: "https://apify.com",
  docs: "https://docs.apify.com/platform/integrations/api",
  credentials: [
    {
      id: "apify-token",
      title: "Apify API token",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/apify.yml",
      actsFor: "machine",
      ...prefixed("apify_api_", { alphabet: "alnum", min: 34, max: 38 }),
    },
  ],
  variables: { APIFY_TOKEN: "value", APIFY_API_TOKEN: "value" },
  hosts: ["api.apify.com"],
  packages: { python: ["apify", "apify_client", "langchain_apify"], npm: ["apify", "apify-client"] },
  rotate: { by: "person", page: "https://console.apify.com/settings/integrations" },
  verify: {
    method: "GET",
    url: "https://api.apify.com/v2/users/me",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
