import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const codecov: Provider = {
  id: "codecov",
  title: "Codecov",
  kind: "generic",
  website: "https://about.codecov.io",
  docs: "https://docs.codecov.com/docs/codecov-tokens",
  credentials: [
    {
      id: "codecov-token",
      title: "Codecov token",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(2252),
      ...named(["codecov_token", "codecov_api_token", "codecov_upload_token"], "{uuid}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "api_token", secret: true },
  ],
  variables: { CODECOV_TOKEN: "value", CODECOV_API_TOKEN: "api_token" },
  hosts: ["api.codecov.io", "codecov.io"],
  packages: { python: ["codecov"], npm: ["codecov"] },
  rotate: { by: "person", page: "https://app.codecov.io/account" },
  ciActions: ["codecov/codecov-action"],
};
