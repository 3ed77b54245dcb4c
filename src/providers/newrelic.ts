import { layout } from "./layout.ts";
import { betterleaks, credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const newrelic: Provider = {
  id: "newrelic",
  title: "New Relic",
  kind: "observability",
  website: "https://newrelic.com",
  docs: "https://docs.newrelic.com/docs/apis/intro-apis/new-relic-api-keys/",
  credentials: [
    {
      id: "newrelic-user-key",
      title: "New Relic user key",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(8677),
      ...layout("NRAK-{caps 27}"),
    },
    {
      id: "newrelic-insert-key",
      title: "New Relic insert key",
      severity: "medium",
      part: "insert_key",
      actsFor: "machine",
      cite: betterleaks(8647),
      ...layout("NRII-{base64url 32}"),
    },
    {
      id: "newrelic-license-key",
      title: "New Relic licence key",
      severity: "high",
      part: "license_key",
      actsFor: "machine",
      cite: credsweeper(1334),
      ...layout("{lower 5}{hex 31}NRAL"),
    },
    {
      id: "newrelic-browser-key",
      title: "New Relic browser key",
      severity: "info",
      part: "browser_key",
      public: true,
      actsFor: "machine",
      cite: betterleaks(8634),
      ...layout("NRJS-{hex 19}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "insert_key", secret: true },
    { name: "license_key", secret: true },
    { name: "browser_key", secret: false },
    { name: "account_id", secret: false },
  ],
  variables: {
    NEW_RELIC_API_KEY: "value",
    NEW_RELIC_USER_KEY: "value",
    NEW_RELIC_LICENSE_KEY: "license_key",
    NEW_RELIC_INSERT_KEY: "insert_key",
    NEW_RELIC_ACCOUNT_ID: "account_id",
  },
  hosts: ["api.newrelic.com", "*.nr-data.net"],
  packages: { python: ["newrelic"], npm: ["newrelic"] },
  rotate: { by: "api", page: "https://one.newrelic.com/launcher/api-keys-ui.api-keys-launcher" },
};
