import { BLOB_BORDER } from "./format.ts";
import { named } from "./layout.ts";
import type { CredentialType, Provider } from "./types.ts";

/** The user of the web service in base64, 32 bytes in base64, and 16 characters of any kind. */
const key: Pick<CredentialType, "formats" | "hits" | "misses" | "prefixes"> = {
  prefixes: ["AQE"],
  formats: [
    {
      pattern: `${BLOB_BORDER}AQE[A-Za-z0-9+/]{60,160}={0,2}-[A-Za-z0-9+/]{43}=-[!-~]{16}`,
      literals: ["aqe"],
      maxLength: 230,
      before: 0,
    },
  ],
  hits: [
    [
      "AQE",
      { random: "base64", length: 75 },
      "==-",
      { random: "base64", length: 43 },
      "=-",
      { random: "alnum", length: 16 },
    ],
    [
      "AQE",
      { random: "base64", length: 97 },
      "-",
      { random: "base64", length: 43 },
      "=-",
      { random: "alnum", length: 8 },
      ";{%]>,=@",
    ],
  ],
  misses: [
    [
      "AQE",
      { random: "base64", length: 40 },
      "==-",
      { random: "base64", length: 43 },
      "=-",
      { random: "alnum", length: 16 },
    ],
    ["AQE", { random: "base64", length: 75 }, "==-", { random: "base64", length: 43 }, "=-"],
  ],
};

export const adyen: Provider = {
  id: "adyen",
  title: "Adyen",
  kind: "generic",
  website: "https://www.adyen.com",
  docs: "https://docs.adyen.com/development-resources/api-credentials/",
  credentials: [
    {
      id: "adyen-api-key",
      title: "Adyen API key",
      severity: "critical",
      actsFor: "machine",
      cite: "https://github.com/BoltApp/sleet/blob/master/gateways/adyen/client_test.go",
      ...key,
    },
    {
      id: "adyen-hmac-key",
      title: "Adyen webhook HMAC key",
      severity: "high",
      part: "hmac_key",
      actsFor: "machine",
      cite: "https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures/",
      ...named(["adyen_hmac_key", "adyen_hmac"], "{anyhex 64}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "hmac_key", secret: true },
  ],
  variables: { ADYEN_API_KEY: "value", ADYEN_HMAC_KEY: "hmac_key" },
  hosts: ["checkout-test.adyen.com", "management-live.adyen.com"],
  packages: { python: ["Adyen"], npm: ["@adyen/api-library"] },
  rotate: { by: "api", page: "https://ca-live.adyen.com" },
};
