import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const midtrans: Provider = {
  id: "midtrans",
  title: "Midtrans",
  kind: "generic",
  website: "https://midtrans.com",
  docs: "https://docs.midtrans.com/docs/midtrans-account-and-api-key",
  credentials: [
    {
      id: "midtrans-server-key",
      title: "Midtrans server key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(8280),
      ...layout("Mid-server-{base64url 10-32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_key", secret: false },
  ],
  variables: { MIDTRANS_SERVER_KEY: "value", MIDTRANS_CLIENT_KEY: "client_key" },
  hosts: ["api.midtrans.com"],
  packages: { python: ["midtransclient"], npm: ["midtrans-client"] },
  rotate: { by: "person", page: "https://dashboard.midtrans.com/settings/config_info" },
};
