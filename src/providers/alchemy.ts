import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const alchemy: Provider = {
  id: "alchemy",
  title: "Alchemy",
  kind: "generic",
  website: "https://www.alchemy.com",
  docs: "https://www.alchemy.com/docs/create-an-api-key",
  credentials: [
    {
      id: "alchemy-api-key",
      title: "Alchemy API key",
      severity: "medium",
      actsFor: "machine",
      cite: trufflehog("0a99a12372ca570dc584cb93a59578becb5585d6/pkg/detectors/alchemy/alchemy.go"),
      ...named(["alchemy_api_key", "alchemy_key", "alchemy_token"], "{alnum 23}_{alnum 8}"),
    },
  ],
  variables: { ALCHEMY_API_KEY: "value", ALCHEMY_KEY: "value" },
  hosts: ["*.g.alchemy.com"],
  packages: { python: ["alchemy-sdk"], npm: ["alchemy-sdk"] },
  rotate: { by: "person", page: "https://dashboard.alchemy.com/apps" },
};
