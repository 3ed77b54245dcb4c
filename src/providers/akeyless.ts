import { named } from "./layout.ts";
import type { Provider } from "./types.ts";

export const akeyless: Provider = {
  id: "akeyless",
  title: "Akeyless",
  kind: "generic",
  website: "https://www.akeyless.io",
  docs: "https://docs.akeyless.io/docs/api-key",
  credentials: [
    {
      id: "akeyless-access-id",
      title: "Akeyless access id",
      severity: "low",
      part: "access_id",
      actsFor: "machine",
      cite: "https://docs.akeyless.io/docs/api-key",
      ...named(["akeyless_access_id"], "p-{lower 12-16}"),
    },
    {
      id: "akeyless-access-key",
      title: "Akeyless access key",
      severity: "critical",
      part: "access_key",
      actsFor: "machine",
      cite: "https://docs.akeyless.io/docs/api-key",
      ...named(["akeyless_access_key"], "{base64 42-43}{pad}"),
    },
  ],
  parts: [
    { name: "access_id", secret: false },
    { name: "access_key", secret: true },
  ],
  variables: { AKEYLESS_ACCESS_ID: "access_id", AKEYLESS_ACCESS_KEY: "access_key" },
  hosts: ["api.akeyless.io"],
  packages: { python: ["akeyless"], npm: ["akeyless"] },
  rotate: { by: "api", page: "https://console.akeyless.io" },
};
