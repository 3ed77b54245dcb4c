import { usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const launchdarkly: Provider = {
  id: "launchdarkly",
  title: "LaunchDarkly",
  kind: "generic",
  website: "https://launchdarkly.com",
  docs: "https://launchdarkly.com/docs/home/account/api",
  credentials: [
    {
      id: "launchdarkly-api-token",
      title: "LaunchDarkly API access token",
      severity: "high",
      actsFor: "person",
      cite: trufflehog("07872c28315c06b920c2f26c3cb332843f0972f3/pkg/detectors/launchdarkly/launchdarkly.go"),
      ...layout("api-{hex 8}-{hex 4}-4{hex 3}-{hex 4}-{hex 12}"),
    },
    {
      id: "launchdarkly-sdk-key",
      title: "LaunchDarkly server SDK key",
      severity: "medium",
      part: "sdk_key",
      actsFor: "machine",
      cite: trufflehog("07872c28315c06b920c2f26c3cb332843f0972f3/pkg/detectors/launchdarkly/launchdarkly.go"),
      ...layout("sdk-{hex 8}-{hex 4}-4{hex 3}-{hex 4}-{hex 12}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "sdk_key", secret: true },
  ],
  variables: {
    LAUNCHDARKLY_ACCESS_TOKEN: "value",
    LD_ACCESS_TOKEN: "value",
    LAUNCHDARKLY_SDK_KEY: "sdk_key",
    LD_SDK_KEY: "sdk_key",
  },
  hosts: ["app.launchdarkly.com", "sdk.launchdarkly.com"],
  packages: {
    python: ["launchdarkly-server-sdk"],
    npm: ["@launchdarkly/node-server-sdk", "launchdarkly-node-server-sdk"],
  },
  rotate: { by: "api", page: "https://app.launchdarkly.com/settings/authorization" },
  verify: {
    method: "GET",
    url: "https://app.launchdarkly.com/api/v2/caller-identity",
    headers: { Authorization: "{value}" },
    verdicts: usualVerdicts,
  },
};
