import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const sslmate: Provider = {
  id: "sslmate",
  title: "SSLMate",
  kind: "generic",
  website: "https://sslmate.com",
  docs: "https://sslmate.com/help/reference/apiv2",
  credentials: [
    {
      id: "sslmate-api-key",
      title: "SSLMate API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(11159),
      ...named(["sslmate_api_key", "sslmate_key", "sslmate_token"], "{alnum 36}"),
    },
  ],
  variables: { SSLMATE_API_KEY: "value" },
  hosts: ["sslmate.com"],
  packages: {},
  rotate: { by: "person", page: "https://sslmate.com/account/api_credentials" },
};
