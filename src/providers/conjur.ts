import { named } from "./layout.ts";
import type { Provider } from "./types.ts";

export const conjur: Provider = {
  id: "conjur",
  title: "CyberArk Conjur",
  kind: "generic",
  aliases: ["cyberark"],
  website: "https://www.conjur.org",
  docs: "https://docs.cyberark.com/conjur-open-source/latest/en/content/developer/conjur_api_rotate_personal_api_key.htm",
  credentials: [
    {
      id: "conjur-api-key",
      title: "CyberArk Conjur API key",
      severity: "critical",
      actsFor: "machine",
      // Eight numbers of 32 bits, each in base32 without leading zeros.
      cite: "https://github.com/cyberark/conjur/blob/031bab70924d2fc6760fd4c2f5d072c1991107a7/app/models/credentials.rb",
      ...named(["conjur_authn_api_key", "conjur_api_key", "cyberark_api_key"], "{lower 45-56}"),
    },
  ],
  variables: { CONJUR_AUTHN_API_KEY: "value", CYBERARK_API_KEY: "value" },
  hosts: [],
  packages: { python: ["conjur_api"] },
  rotate: { by: "api" },
};
