import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const travis: Provider = {
  id: "travis",
  title: "Travis CI",
  kind: "source-control",
  website: "https://www.travis-ci.com",
  docs: "https://docs.travis-ci.com/user/triggering-builds/",
  credentials: [
    {
      id: "travis-api-token",
      title: "Travis CI API token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(11766),
      ...named(["travis_api_token", "travis_access_token", "travis_token", "travis_ci_token"], "{alnum 22}"),
    },
  ],
  variables: { TRAVIS_TOKEN: "value", TRAVIS_API_TOKEN: "value", TRAVIS_ACCESS_TOKEN: "value" },
  hosts: ["api.travis-ci.com"],
  packages: { npm: ["travis-ci"] },
  rotate: { by: "person", page: "https://app.travis-ci.com/account/preferences" },
  verify: {
    method: "GET",
    url: "https://api.travis-ci.com/user",
    headers: { Authorization: "token {value}", "Travis-API-Version": "3" },
    verdicts: usualVerdicts,
  },
};
