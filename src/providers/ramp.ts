import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const ramp: Provider = {
  id: "ramp",
  title: "Ramp",
  kind: "generic",
  website: "https://ramp.com",
  docs: "https://docs.ramp.com/developer-api/v1/authorization",
  credentials: [
    {
      id: "ramp-client-secret",
      title: "Ramp client secret",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(9943),
      ...layout("ramp_sec_{alnum 48}"),
    },
    {
      id: "ramp-client-id",
      title: "Ramp client id",
      severity: "low",
      part: "client_id",
      actsFor: "machine",
      cite: betterleaks(9929),
      ...layout("ramp_id_{alnum 40}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: { RAMP_CLIENT_SECRET: "value", RAMP_CLIENT_ID: "client_id" },
  hosts: ["api.ramp.com"],
  packages: {},
  rotate: { by: "person", page: "https://app.ramp.com/settings/ramp-developer" },
};
