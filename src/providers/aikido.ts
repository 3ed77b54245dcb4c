import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const aikido: Provider = {
  id: "aikido",
  title: "Aikido",
  kind: "generic",
  website: "https://www.aikido.dev",
  docs: "https://apidocs.aikido.dev",
  credentials: [
    {
      id: "aikido-client-secret",
      title: "Aikido client secret",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(213),
      ...layout("AIK_SECRET_{alnum 64}"),
    },
    {
      id: "aikido-ci-token",
      title: "Aikido CI token",
      severity: "medium",
      part: "ci_token",
      actsFor: "machine",
      cite: betterleaks(186),
      ...layout("AIK_CI_{alnum 20-44}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "ci_token", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: {
    AIKIDO_CI_TOKEN: "ci_token",
    AIKIDO_CLIENT_SECRET: "value",
    AIKIDO_CLIENT_ID: "client_id",
    AIKIDO_SECRET_KEY: "ci_token",
  },
  hosts: ["app.aikido.dev"],
  packages: { npm: ["@aikidosec/firewall"] },
  rotate: { by: "person", page: "https://app.aikido.dev/settings/integrations" },
};
