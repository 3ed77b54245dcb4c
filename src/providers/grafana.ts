import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const grafana: Provider = {
  id: "grafana",
  title: "Grafana",
  kind: "observability",
  website: "https://grafana.com",
  docs: "https://grafana.com/docs/grafana/latest/administration/service-accounts/",
  credentials: [
    {
      id: "grafana-service-token",
      title: "Grafana service-account token",
      severity: "critical",
      actsFor: "machine",
      cite: "https://github.com/grafana/grafana/blob/42c5b7ea3f7607335c3381e7f554b0e04ac4ed02/pkg/components/satokengen/tokengen.go",
      ...layout("glsa_{alnum 32}_{hex 8}", { check: "crc32-grafana" }),
    },
    {
      id: "grafana-legacy-api-key",
      title: "Grafana API key of the older form",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(6751),
      ...layout("eyJrIjoi{base64 40-380}{pad}"),
    },
    {
      id: "grafana-cloud-token",
      title: "Grafana Cloud access policy token",
      severity: "high",
      part: "cloud_token",
      actsFor: "machine",
      cite: betterleaks(6764),
      ...layout("glc_eyJ{base64 37-300}{pad}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "cloud_token", secret: true },
  ],
  variables: {
    GRAFANA_TOKEN: "value",
    GRAFANA_API_KEY: "value",
    GRAFANA_SERVICE_ACCOUNT_TOKEN: "value",
    GRAFANA_AUTH: "value",
    GRAFANA_CLOUD_ACCESS_POLICY_TOKEN: "cloud_token",
    GRAFANA_CLOUD_API_KEY: "cloud_token",
  },
  hosts: ["*.grafana.net"],
  packages: { python: ["grafana-client"], npm: ["@grafana/toolkit"] },
  rotate: { by: "api", page: "https://grafana.com/docs/grafana/latest/administration/service-accounts/" },
};
