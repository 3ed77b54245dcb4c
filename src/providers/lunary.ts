import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const lunary: Provider = {
  id: "lunary",
  title: "Lunary",
  kind: "observability",
  website: "https://lunary.ai",
  docs: "https://docs.lunary.ai",
  credentials: [
    {
      id: "lunary-private-key",
      title: "Lunary private key",
      severity: "high",
      cite: "https://docs.lunary.ai",
      actsFor: "machine",
      ...opaque(["lunary_private_key", "lunary_secret_key"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "public_key", secret: false },
  ],
  variables: { LUNARY_PRIVATE_KEY: "value", LUNARY_PUBLIC_KEY: "public_key" },
  hosts: ["api.lunary.ai"],
  packages: { python: ["lunary"], npm: ["lunary"] },
  rotate: { by: "person", page: "https://app.lunary.ai/settings" },
};
