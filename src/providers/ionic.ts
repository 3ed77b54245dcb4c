import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const ionic: Provider = {
  id: "ionic",
  title: "Ionic Appflow",
  kind: "source-control",
  website: "https://ionic.io",
  docs: "https://ionic.io/docs/appflow/personal-access-tokens",
  credentials: [
    {
      id: "ionic-personal-token",
      title: "Ionic personal access token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(7394),
      ...named(["ionic_token"], "ion_{alnum 42}"),
    },
  ],
  variables: { IONIC_TOKEN: "value" },
  hosts: ["api.ionic.io"],
  packages: { npm: ["@ionic/cli"] },
  rotate: { by: "person", page: "https://dashboard.ionicframework.com/settings/personal-access-tokens" },
};
