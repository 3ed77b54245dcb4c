import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const lightdash: Provider = {
  id: "lightdash",
  title: "Lightdash",
  kind: "training-data",
  website: "https://www.lightdash.com",
  docs: "https://docs.lightdash.com/references/personal_tokens",
  credentials: [
    {
      id: "lightdash-token",
      title: "Lightdash personal access token",
      severity: "high",
      cite: "https://docs.lightdash.com/references/personal_tokens",
      actsFor: "person",
      ...prefixed("ldpat_", { alphabet: "hex", min: 32 }),
    },
  ],
  variables: { LIGHTDASH_API_KEY: "value" },
  hosts: ["app.lightdash.cloud"],
  packages: { npm: ["@lightdash/cli"] },
  rotate: { by: "person", page: "https://docs.lightdash.com/references/personal_tokens" },
  ciActions: ["lightdash/lightdash-action"],
};
