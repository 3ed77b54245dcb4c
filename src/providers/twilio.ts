import { named } from "./layout.ts";
import { credsweeper, kingfisher } from "./sources.ts";
import type { Provider } from "./types.ts";

export const twilio: Provider = {
  id: "twilio",
  title: "Twilio",
  kind: "generic",
  website: "https://www.twilio.com",
  docs: "https://www.twilio.com/docs/iam/api-keys",
  credentials: [
    {
      id: "twilio-api-key",
      title: "Twilio API key",
      severity: "medium",
      part: "api_key_sid",
      actsFor: "machine",
      cite: "https://github.com/dxa4481/truffleHogRegexes/blob/038ce2dbabb9b5f7c9aadd19a1221c81a6fffd85/truffleHogRegexes/regexes.json",
      ...named(["twilio_api_key", "twilio_api_key_sid", "twilio_key_sid", "twilio_sid"], "SK{hex 32}"),
    },
    {
      id: "twilio-account-sid",
      title: "Twilio account SID",
      severity: "low",
      part: "account_sid",
      actsFor: "machine",
      cite: credsweeper(840),
      ...named(["twilio_account_sid", "twilio_sid", "twilio_account"], "AC{hex 32}"),
    },
    {
      id: "twilio-auth-token",
      title: "Twilio auth token",
      severity: "critical",
      part: "auth_token",
      actsFor: "machine",
      cite: credsweeper(879),
      ...named(["twilio_auth_token", "twilio_token", "twilio_secret"], "{hex 32}"),
    },
    {
      id: "twilio-api-key-secret",
      title: "Twilio API key secret",
      severity: "critical",
      part: "api_key_secret",
      actsFor: "machine",
      cite: kingfisher(
        "f2a45c9e1c709008558765c88acfd3f8c0cb3245/crates/kingfisher-rules/data/rules/twilio.yml",
      ),
      ...named(["twilio_api_key_secret", "twilio_api_secret", "twilio_key_secret"], "{alnum 32}"),
    },
  ],
  parts: [
    { name: "api_key_sid", secret: false, needs: "api_key_secret" },
    { name: "account_sid", secret: false, needs: "auth_token" },
    { name: "auth_token", secret: true },
    { name: "api_key_secret", secret: true },
  ],
  variables: {
    TWILIO_AUTH_TOKEN: "auth_token",
    TWILIO_ACCOUNT_SID: "account_sid",
    TWILIO_API_KEY: "api_key_sid",
    TWILIO_API_KEY_SID: "api_key_sid",
    TWILIO_API_SECRET: "api_key_secret",
    TWILIO_API_KEY_SECRET: "api_key_secret",
  },
  hosts: ["api.twilio.com"],
  packages: { python: ["twilio"], npm: ["twilio"] },
  rotate: { by: "person", page: "https://console.twilio.com/us1/account/keys-credentials/api-keys" },
};
