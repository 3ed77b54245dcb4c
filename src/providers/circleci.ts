import { usualVerdicts } from "./format.ts";
import { layout, named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const circleci: Provider = {
  id: "circleci",
  title: "CircleCI",
  kind: "source-control",
  website: "https://circleci.com",
  docs: "https://circleci.com/docs/managing-api-tokens/",
  credentials: [
    {
      id: "circleci-personal-token",
      title: "CircleCI personal API token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(1691),
      ...layout("CCIPAT_{alnum 22}_{hex 40}"),
    },
    {
      id: "circleci-project-token",
      title: "CircleCI project API token",
      severity: "high",
      part: "project_token",
      actsFor: "machine",
      cite: "https://github.com/google/osv-scalibr/blob/e8621f1fff93beb5b70e5d6ba5fdc3e9854ec845/veles/secrets/circleci/detector.go",
      ...layout("CCIPRJ_{alnum 22}_{hex 40}"),
    },
    {
      id: "circleci-legacy-token",
      title: "CircleCI API token of the older form",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(1732),
      ...named(["circleci_api_token", "circleci_token", "circleci_api_key", "circle_token"], "{hex 40}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "project_token", secret: true },
  ],
  variables: {
    CIRCLECI_TOKEN: "value",
    CIRCLE_TOKEN: "value",
    CIRCLECI_CLI_TOKEN: "value",
    CIRCLECI_API_TOKEN: "value",
  },
  hosts: ["circleci.com"],
  packages: {},
  rotate: { by: "person", page: "https://app.circleci.com/settings/user/tokens" },
  verify: {
    method: "GET",
    url: "https://circleci.com/api/v2/me",
    headers: { "Circle-Token": "{value}" },
    verdicts: usualVerdicts,
  },
};
