import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const zendesk: Provider = {
  id: "zendesk",
  title: "Zendesk",
  kind: "generic",
  website: "https://www.zendesk.com",
  docs: "https://developer.zendesk.com/api-reference/introduction/security-and-auth/",
  credentials: [
    {
      id: "zendesk-api-token",
      title: "Zendesk API token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(12846),
      ...named(["zendesk_api_token", "zendesk_token", "zendesk_api_key", "zendesk_secret"], "{alnum 40}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "email", secret: false },
  ],
  variables: { ZENDESK_API_TOKEN: "value", ZENDESK_TOKEN: "value", ZENDESK_EMAIL: "email" },
  hosts: ["*.zendesk.com"],
  packages: { python: ["zenpy"], npm: ["node-zendesk"] },
  rotate: { by: "person", page: "https://support.zendesk.com/hc/en-us/articles/4408889192858" },
};
