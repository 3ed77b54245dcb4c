import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const age: Provider = {
  id: "age",
  title: "age",
  kind: "signing",
  website: "https://age-encryption.org",
  docs: "https://github.com/FiloSottile/age",
  credentials: [
    {
      id: "age-secret-key",
      title: "age secret key",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(176),
      ...layout("AGE-SECRET-KEY-1{caps 58}"),
    },
  ],
  variables: { SOPS_AGE_KEY: "value", AGE_SECRET_KEY: "value" },
  hosts: [],
  packages: { python: ["pyrage"], npm: ["age-encryption"] },
  rotate: { by: "api", page: "https://github.com/FiloSottile/age" },
};
