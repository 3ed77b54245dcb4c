import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const abuseipdb: Provider = {
  id: "abuseipdb",
  title: "AbuseIPDB",
  kind: "generic",
  website: "https://www.abuseipdb.com",
  docs: "https://docs.abuseipdb.com",
  credentials: [
    {
      id: "abuseipdb-api-key",
      title: "AbuseIPDB API key",
      severity: "low",
      actsFor: "machine",
      cite: betterleaks(113),
      ...named(["abuseipdb_api_key", "abuseipdb_key", "abuseipdb_token"], "{hex 80}"),
    },
  ],
  variables: { ABUSEIPDB_API_KEY: "value", ABUSEIPDB_KEY: "value" },
  hosts: ["api.abuseipdb.com"],
  packages: {},
  rotate: { by: "person", page: "https://www.abuseipdb.com/account/api" },
  verify: {
    method: "GET",
    url: "https://api.abuseipdb.com/api/v2/check?ipAddress=127.0.0.1",
    headers: { Key: "{value}" },
    verdicts: usualVerdicts,
  },
};
