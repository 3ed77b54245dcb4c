import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const splunk: Provider = {
  id: "splunk",
  title: "Splunk Observability",
  kind: "observability",
  website: "https://www.splunk.com",
  docs: "https://dev.splunk.com/observability/docs/administration/authtokens/",
  credentials: [
    {
      id: "splunk-observability-token",
      title: "Splunk Observability access token",
      severity: "high",
      actsFor: "machine",
      cite: trufflehog(
        "01940b4cbbd243db93de5e297a4992db9bb7b620/pkg/detectors/splunkobservabilitytoken/splunkobservabilitytoken.go",
      ),
      ...named(
        [
          "splunk_access_token",
          "splunk_observability_token",
          "splunk_o11y_token",
          "signalfx_access_token",
          "signalfx_auth_token",
        ],
        "{alnum 22}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "hec_token", secret: true },
  ],
  variables: {
    SPLUNK_ACCESS_TOKEN: "value",
    SPLUNK_OBSERVABILITY_TOKEN: "value",
    SIGNALFX_ACCESS_TOKEN: "value",
    SPLUNK_HEC_TOKEN: "hec_token",
  },
  hosts: ["api.us1.signalfx.com"],
  packages: { python: ["signalfx", "splunk-opentelemetry"], npm: ["@splunk/otel", "signalfx"] },
  rotate: { by: "person", page: "https://app.signalfx.com" },
};
