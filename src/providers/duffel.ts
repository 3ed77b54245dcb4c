import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const duffel: Provider = {
  id: "duffel",
  title: "Duffel",
  kind: "generic",
  website: "https://duffel.com",
  docs: "https://duffel.com/docs/api/overview/making-requests",
  credentials: [
    {
      id: "duffel-access-token",
      title: "Duffel access token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(3081),
      ...layout(["duffel_live_{base64url 43}", "duffel_test_{base64url 43}"]),
    },
  ],
  variables: { DUFFEL_ACCESS_TOKEN: "value", DUFFEL_API_TOKEN: "value" },
  hosts: ["api.duffel.com"],
  packages: { python: ["duffel-api"], npm: ["@duffel/api"] },
  rotate: { by: "person", page: "https://app.duffel.com" },
};
