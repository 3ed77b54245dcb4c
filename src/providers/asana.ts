import { bearer, usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks, trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const asana: Provider = {
  id: "asana",
  title: "Asana",
  kind: "generic",
  website: "https://asana.com",
  docs: "https://developers.asana.com/docs/personal-access-token",
  credentials: [
    {
      id: "asana-personal-token",
      title: "Asana personal access token",
      severity: "high",
      actsFor: "person",
      cite: trufflehog(
        "11121e179e2c3a8956f0f56388e4a20384f28fdd/pkg/detectors/asanapersonalaccesstoken/asanapersonalaccesstoken.go",
      ),
      ...named(
        ["asana_access_token", "asana_token", "asana_pat", "asana_api_key", "asana_personal_access_token"],
        ["{digits 1}/{digits 16}:{alnum 32}", "{digits 1}/{digits 16}/{digits 16}:{alnum 32}"],
      ),
    },
    {
      id: "asana-client-secret",
      title: "Asana client secret",
      severity: "high",
      part: "client_secret",
      actsFor: "machine",
      cite: betterleaks(805),
      ...named(["asana_client_secret", "asana_secret"], "{lower 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_secret", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: {
    ASANA_ACCESS_TOKEN: "value",
    ASANA_TOKEN: "value",
    ASANA_PAT: "value",
    ASANA_CLIENT_SECRET: "client_secret",
    ASANA_CLIENT_ID: "client_id",
  },
  hosts: ["app.asana.com"],
  packages: { python: ["asana"], npm: ["asana"] },
  rotate: { by: "person", page: "https://app.asana.com/0/my-apps" },
  verify: {
    method: "GET",
    url: "https://app.asana.com/api/1.0/users/me",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
