import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const honeycomb: Provider = {
  id: "honeycomb",
  title: "Honeycomb",
  kind: "observability",
  website: "https://www.honeycomb.io",
  docs: "https://docs.honeycomb.io/configure/environments/manage-api-keys/",
  credentials: [
    {
      id: "honeycomb-api-key",
      title: "Honeycomb API key",
      severity: "medium",
      actsFor: "machine",
      cite: trufflehog("08e0692b1de3a0416abcd82356917c8bb18025d5/pkg/detectors/honeycomb/honeycomb.go"),
      ...named(
        [
          "honeycomb_api_key",
          "honeycomb_writekey",
          "honeycomb_write_key",
          "honeycomb_key",
          "x-honeycomb-team",
        ],
        ["{hex 32}", "{alnum 22}"],
      ),
    },
  ],
  variables: { HONEYCOMB_API_KEY: "value", HONEYCOMB_WRITEKEY: "value" },
  hosts: ["api.honeycomb.io"],
  packages: {
    python: ["honeycomb-opentelemetry", "libhoney"],
    npm: ["@honeycombio/opentelemetry-node", "libhoney"],
  },
  rotate: { by: "person", page: "https://ui.honeycomb.io/account" },
  verify: {
    method: "GET",
    url: "https://api.honeycomb.io/1/auth",
    headers: { "X-Honeycomb-Team": "{value}" },
    verdicts: usualVerdicts,
  },
};
