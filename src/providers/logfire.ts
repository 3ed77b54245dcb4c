import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const logfire: Provider = {
  id: "logfire",
  title: "Pydantic Logfire",
  kind: "observability",
  website: "https://pydantic.dev/logfire",
  docs: "https://logfire.pydantic.dev/docs/",
  credentials: [
    {
      id: "logfire-token",
      title: "Logfire write token",
      severity: "high",
      cite: "https://logfire.pydantic.dev/docs/how-to-guides/create-write-tokens/",
      actsFor: "machine",
      ...prefixed(["pylf_v1_us_", "pylf_v1_eu_", "pylf_v2_us_", "pylf_v2_eu_"], {
        alphabet: "alnum",
        min: 40,
        max: 48,
      }),
    },
  ],
  variables: { LOGFIRE_TOKEN: "value" },
  hosts: ["logfire-us.pydantic.dev", "logfire-eu.pydantic.dev", "logfire-api.pydantic.dev"],
  packages: { python: ["logfire"], npm: ["logfire", "@pydantic/logfire-node"] },
  rotate: { by: "person", page: "https://logfire.pydantic.dev" },
};
