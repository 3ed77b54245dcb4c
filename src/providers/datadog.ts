import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const datadog: Provider = {
  id: "datadog",
  title: "Datadog",
  kind: "observability",
  website: "https://www.datadoghq.com",
  docs: "https://docs.datadoghq.com/account_management/api-app-keys/",
  credentials: [
    {
      id: "datadog-api-key",
      title: "Datadog API key",
      severity: "high",
      part: "api_key",
      actsFor: "machine",
      cite: betterleaks(2559),
      ...named(["datadog_api_key", "dd_api_key"], "{hex 32}"),
    },
    {
      id: "datadog-app-key",
      title: "Datadog application key",
      severity: "critical",
      part: "app_key",
      actsFor: "person",
      cite: betterleaks(2583),
      ...named(
        ["datadog_app_key", "datadog_application_key", "dd_app_key", "dd_application_key"],
        ["{hex 40}", "ddapp_{alnum 34}"],
      ),
    },
  ],
  parts: [
    // Alone it takes data in; what an application key opens it opens with this one.
    { name: "api_key", secret: true, needs: "app_key" },
    { name: "app_key", secret: true },
    { name: "site", secret: false },
  ],
  variables: {
    DD_API_KEY: "api_key",
    DATADOG_API_KEY: "api_key",
    DD_APP_KEY: "app_key",
    DATADOG_APP_KEY: "app_key",
    DD_APPLICATION_KEY: "app_key",
    DD_SITE: "site",
  },
  hosts: ["api.datadoghq.com", "api.datadoghq.eu"],
  packages: {
    python: ["datadog", "ddtrace", "datadog-api-client"],
    npm: ["dd-trace", "@datadog/datadog-api-client"],
  },
  rotate: { by: "api", page: "https://app.datadoghq.com/organization-settings/api-keys" },
  verify: {
    method: "GET",
    url: "https://api.datadoghq.com/api/v1/validate",
    headers: { "DD-API-KEY": "{api_key}" },
    verdicts: { 200: "live", 403: "dead", 429: "limited" },
  },
  ciActions: ["DataDog/datadog-ci-github-action"],
};
