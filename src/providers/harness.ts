import { usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const harness: Provider = {
  id: "harness",
  title: "Harness",
  kind: "source-control",
  website: "https://www.harness.io",
  docs: "https://developer.harness.io/docs/platform/automation/api/add-and-manage-api-keys/",
  credentials: [
    {
      id: "harness-personal-token",
      title: "Harness personal access token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(6862),
      ...layout("pat.{base64url 22}.{hex 24}.{alnum 20}"),
    },
    {
      id: "harness-service-token",
      title: "Harness service-account token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(6862),
      ...layout("sat.{base64url 22}.{hex 24}.{alnum 20}"),
    },
  ],
  variables: { HARNESS_API_KEY: "value", HARNESS_PLATFORM_API_KEY: "value" },
  hosts: ["app.harness.io"],
  packages: { python: ["harness-featureflags"] },
  rotate: { by: "person", page: "https://app.harness.io" },
  verify: {
    method: "GET",
    url: "https://app.harness.io/ng/api/user/currentUser",
    headers: { "x-api-key": "{value}" },
    verdicts: usualVerdicts,
  },
};
