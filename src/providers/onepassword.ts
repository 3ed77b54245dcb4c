import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const onepassword: Provider = {
  id: "onepassword",
  title: "1Password",
  kind: "generic",
  website: "https://1password.com",
  docs: "https://developer.1password.com/docs/service-accounts/",
  aliases: ["1password"],
  credentials: [
    {
      id: "onepassword-service-token",
      title: "1Password service-account token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(89),
      ...layout("ops_eyJ{base64 250-2000}{pad}"),
    },
    {
      id: "onepassword-secret-key",
      title: "1Password secret key",
      severity: "critical",
      part: "secret_key",
      actsFor: "person",
      cite: betterleaks(76),
      ...layout([
        "A3-{caps 6}-{caps 11}-{caps 5}-{caps 5}-{caps 5}",
        "A3-{caps 6}-{caps 6}-{caps 5}-{caps 5}-{caps 5}-{caps 5}",
      ]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "secret_key", secret: true },
    { name: "connect_token", secret: true },
  ],
  variables: {
    OP_SERVICE_ACCOUNT_TOKEN: "value",
    OP_CONNECT_TOKEN: "connect_token",
    OP_SECRET_KEY: "secret_key",
  },
  hosts: ["*.1password.com"],
  packages: {
    python: ["onepasswordconnectsdk", "onepassword-sdk"],
    npm: ["@1password/sdk", "@1password/connect"],
  },
  rotate: { by: "person", page: "https://my.1password.com/developer-tools/active" },
  ciActions: ["1password/load-secrets-action"],
};
