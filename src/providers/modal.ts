import { prefixed } from "./format.ts";
import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const modal: Provider = {
  id: "modal",
  title: "Modal",
  kind: "cloud",
  website: "https://modal.com",
  docs: "https://modal.com/docs/reference/modal.config",
  credentials: [
    {
      id: "modal-token-secret",
      title: "Modal token secret",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.modal",
      actsFor: "machine",
      ...prefixed("as-", { alphabet: "alnum", min: 22 }),
    },
    {
      id: "modal-token-id",
      title: "Modal token id",
      severity: "low",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.modal",
      actsFor: "machine",
      part: "token_id",
      ...named(["token_id"], ["ak-", { alphabet: "alnum", min: 22 }]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "token_id", secret: false },
  ],
  variables: { MODAL_TOKEN_SECRET: "value", MODAL_TOKEN_ID: "token_id" },
  hosts: ["api.modal.com", "*.modal.run"],
  packages: { python: ["modal"], npm: ["modal"] },
  rotate: { by: "person", page: "https://modal.com/settings/tokens" },
};
