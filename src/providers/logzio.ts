import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const logzio: Provider = {
  id: "logzio",
  title: "Logz.io",
  kind: "observability",
  website: "https://logz.io",
  docs: "https://api-docs.logz.io",
  credentials: [
    {
      id: "logzio-api-token",
      title: "Logz.io API token",
      severity: "high",
      actsFor: "machine",
      cite: trufflehog("2e6bcdd52a914ff57fc3f601213060bf11cf660b/pkg/detectors/logzio/logzio.go"),
      ...named(["logzio_api_token", "logzio_token", "logz_io_token", "logzio_api_key"], "{uuid}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "shipping_token", secret: true },
  ],
  variables: { LOGZIO_API_TOKEN: "value", LOGZIO_TOKEN: "shipping_token" },
  hosts: ["api.logz.io"],
  packages: { python: ["logzio-python-handler"], npm: ["logzio-nodejs"] },
  rotate: { by: "person", page: "https://app.logz.io/#/dashboard/settings/manage-tokens/api" },
  verify: {
    method: "GET",
    url: "https://api.logz.io/v2/whoami",
    headers: { "X-API-TOKEN": "{value}" },
    verdicts: usualVerdicts,
  },
};
