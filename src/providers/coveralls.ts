import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const coveralls: Provider = {
  id: "coveralls",
  title: "Coveralls",
  kind: "generic",
  website: "https://coveralls.io",
  docs: "https://docs.coveralls.io/api-introduction",
  credentials: [
    {
      id: "coveralls-api-token",
      title: "Coveralls personal API token",
      severity: "medium",
      actsFor: "person",
      cite: betterleaks(2427),
      ...named(["coveralls_api_token", "coveralls_personal_token", "coveralls_token"], "{slug 37}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "repo_token", secret: true },
  ],
  variables: { COVERALLS_REPO_TOKEN: "repo_token", COVERALLS_API_TOKEN: "value" },
  hosts: ["coveralls.io"],
  packages: { python: ["coveralls"], npm: ["coveralls"] },
  rotate: { by: "person", page: "https://coveralls.io/account" },
  ciActions: ["coverallsapp/github-action"],
};
