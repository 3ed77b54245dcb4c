import { either } from "./format.ts";
import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const vectara: Provider = {
  id: "vectara",
  title: "Vectara",
  kind: "vector-database",
  website: "https://vectara.com",
  docs: "https://docs.vectara.com",
  credentials: [
    {
      id: "vectara-api-key",
      title: "Vectara API key",
      severity: "high",
      cite: "https://docs.vectara.com/docs/console-ui/api-access-overview",
      actsFor: "machine",
      ...either(
        named(
          ["vectara_api_key", "vectara_index_api_key", "vectara_query_api_key", "vectara_personal_api_key"],
          ["zqt_", { alphabet: "base64url", min: 36, max: 44 }],
        ),
        named(
          ["vectara_api_key", "vectara_index_api_key", "vectara_query_api_key", "vectara_personal_api_key"],
          ["zwt_", { alphabet: "base64url", min: 36, max: 44 }],
        ),
        named(
          ["vectara_api_key", "vectara_index_api_key", "vectara_query_api_key", "vectara_personal_api_key"],
          ["zut_", { alphabet: "base64url", min: 36, max: 44 }],
        ),
      ),
    },
  ],
  variables: { VECTARA_API_KEY: "value" },
  hosts: ["api.vectara.io"],
  packages: { python: ["vectara", "langchain_vectara"], npm: ["vectara"] },
  rotate: { by: "person", page: "https://console.vectara.com" },
};
