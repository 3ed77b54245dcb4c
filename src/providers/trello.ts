import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const trello: Provider = {
  id: "trello",
  title: "Trello",
  kind: "generic",
  website: "https://trello.com",
  docs: "https://developer.atlassian.com/cloud/trello/guides/rest-api/authorization/",
  credentials: [
    {
      id: "trello-token",
      title: "Trello token",
      severity: "high",
      actsFor: "person",
      cite: trufflehog("11121e179e2c3a8956f0f56388e4a20384f28fdd/pkg/detectors/trelloapikey/trelloapikey.go"),
      ...named(["trello_token", "trello_api_token", "trello_access_token"], ["{hex 64}", "ATTA{hex 72}"]),
    },
    {
      id: "trello-api-key",
      title: "Trello API key",
      severity: "low",
      part: "api_key",
      actsFor: "machine",
      cite: trufflehog("11121e179e2c3a8956f0f56388e4a20384f28fdd/pkg/detectors/trelloapikey/trelloapikey.go"),
      ...named(["trello_api_key", "trello_key"], "{hex 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "api_key", secret: false, needs: "value" },
    { name: "api_secret", secret: true },
  ],
  variables: {
    TRELLO_TOKEN: "value",
    TRELLO_API_TOKEN: "value",
    TRELLO_API_KEY: "api_key",
    TRELLO_KEY: "api_key",
    TRELLO_API_SECRET: "api_secret",
  },
  hosts: ["api.trello.com"],
  packages: { python: ["py-trello"], npm: ["trello"] },
  rotate: { by: "person", page: "https://trello.com/power-ups/admin" },
  verify: {
    method: "GET",
    url: "https://api.trello.com/1/members/me?key={api_key}&token={value}",
    headers: { Accept: "application/json" },
    verdicts: usualVerdicts,
  },
};
