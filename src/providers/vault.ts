import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const vault: Provider = {
  id: "vault",
  title: "HashiCorp Vault",
  kind: "generic",
  website: "https://developer.hashicorp.com/vault",
  docs: "https://developer.hashicorp.com/vault/docs/concepts/tokens",
  aliases: ["openbao"],
  credentials: [
    {
      id: "vault-token",
      title: "Vault token (Bulkhead and OpenBao issue the same form)",
      severity: "critical",
      actsFor: "machine",
      ...prefixed(["hvs.", "hvb.", "hvr."], { alphabet: "base64url", min: 24, max: 300 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "secret_id", secret: true },
    { name: "role_id", secret: false },
    { name: "address", secret: false },
  ],
  variables: {
    VAULT_TOKEN: "value",
    BULKHEAD_TOKEN: "value",
    VAULT_SECRET_ID: "secret_id",
    VAULT_ROLE_ID: "role_id",
    VAULT_ADDR: "address",
  },
  hosts: [],
  packages: { python: ["hvac"], npm: ["node-vault"] },
  rotate: { by: "api", page: "https://developer.hashicorp.com/vault/docs/commands/token/renew" },
  ciActions: ["hashicorp/vault-action"],
};
