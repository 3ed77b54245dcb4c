import { bearer, usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const vultr: Provider = {
  id: "vultr",
  title: "Vultr",
  kind: "cloud",
  website: "https://www.vultr.com",
  docs: "https://docs.vultr.com/platform/other/api",
  credentials: [
    {
      id: "vultr-api-key",
      title: "Vultr API key",
      severity: "critical",
      actsFor: "machine",
      cite: trufflehog("11121e179e2c3a8956f0f56388e4a20384f28fdd/pkg/detectors/vultrapikey/vultrapikey.go"),
      ...named(["vultr_api_key", "vultr_key", "vultr_token"], "{caps 36}"),
    },
  ],
  variables: { VULTR_API_KEY: "value" },
  hosts: ["api.vultr.com"],
  packages: { python: ["vultr"] },
  rotate: { by: "person", page: "https://my.vultr.com/settings/#settingsapi" },
  verify: {
    method: "GET",
    url: "https://api.vultr.com/v2/account",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
