import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const dynatrace: Provider = {
  id: "dynatrace",
  title: "Dynatrace",
  kind: "observability",
  website: "https://www.dynatrace.com",
  docs: "https://docs.dynatrace.com/docs/dynatrace-api/basics/dynatrace-api-authentication",
  credentials: [
    {
      id: "dynatrace-api-token",
      title: "Dynatrace API token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(3094),
      ...layout(["dt0c01.{caps 24}.{caps 64}", "dt0s16.{caps 24}.{caps 64}"]),
    },
  ],
  variables: { DT_API_TOKEN: "value", DYNATRACE_API_TOKEN: "value", DYNATRACE_TOKEN: "value" },
  hosts: ["*.live.dynatrace.com"],
  packages: { python: ["dt"], npm: ["@dynatrace-sdk/http-client"] },
  rotate: {
    by: "person",
    page: "https://docs.dynatrace.com/docs/manage/identity-access-management/access-tokens-and-oauth-clients/access-tokens",
  },
};
