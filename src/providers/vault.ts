import { layout } from "./layout.ts";
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
      title: "Vault service token (Bulkhead and OpenBao issue the same form)",
      severity: "critical",
      actsFor: "machine",
      cite: "https://developer.hashicorp.com/vault/docs/concepts/tokens",
      ...layout("hvs.{base64url 24-300}"),
    },
    {
      id: "vault-batch-token",
      title: "Vault batch token (Bulkhead and OpenBao issue the same form)",
      severity: "critical",
      actsFor: "machine",
      cite: "https://developer.hashicorp.com/vault/docs/concepts/tokens",
      ...layout("hvb.{base64url 24-300}"),
    },
    {
      id: "vault-recovery-token",
      title: "Vault recovery token (Bulkhead and OpenBao issue the same form)",
      severity: "critical",
      actsFor: "machine",
      cite: "https://developer.hashicorp.com/vault/docs/concepts/tokens",
      ...layout("hvr.{base64url 24-300}"),
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
