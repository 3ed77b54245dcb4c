import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const easypost: Provider = {
  id: "easypost",
  title: "EasyPost",
  kind: "generic",
  website: "https://www.easypost.com",
  docs: "https://docs.easypost.com/docs/authentication",
  credentials: [
    {
      id: "easypost-api-key",
      title: "EasyPost API key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(3107),
      ...layout("EZAK{alnum 54}"),
    },
    {
      id: "easypost-test-key",
      title: "EasyPost test key",
      severity: "low",
      part: "test_key",
      actsFor: "machine",
      cite: betterleaks(3120),
      ...layout("EZTK{alnum 54}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "test_key", secret: true },
  ],
  variables: { EASYPOST_API_KEY: "value", EASYPOST_TEST_API_KEY: "test_key" },
  hosts: ["api.easypost.com"],
  packages: { python: ["easypost"], npm: ["@easypost/api"] },
  rotate: { by: "person", page: "https://www.easypost.com/account/api-keys" },
};
