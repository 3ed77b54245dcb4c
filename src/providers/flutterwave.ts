import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const flutterwave: Provider = {
  id: "flutterwave",
  title: "Flutterwave",
  kind: "generic",
  website: "https://flutterwave.com",
  docs: "https://developer.flutterwave.com/docs/authentication",
  credentials: [
    {
      id: "flutterwave-secret-key",
      title: "Flutterwave secret key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(3601),
      ...layout(["FLWSECK-{hex 32}-X", "FLWSECK_TEST-{hex 32}-X"]),
    },
    {
      id: "flutterwave-encryption-key",
      title: "Flutterwave encryption key",
      severity: "high",
      part: "encryption_key",
      actsFor: "machine",
      cite: betterleaks(3575),
      ...layout(["FLWSECK_TEST{hex 12}", "FLWSECK_TEST-{hex 12}"]),
    },
    {
      id: "flutterwave-public-key",
      title: "Flutterwave public key",
      severity: "info",
      part: "public_key",
      public: true,
      actsFor: "machine",
      cite: betterleaks(3588),
      ...layout(["FLWPUBK-{hex 32}-X", "FLWPUBK_TEST-{hex 32}-X"]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "encryption_key", secret: true },
    { name: "public_key", secret: false },
  ],
  variables: {
    FLW_SECRET_KEY: "value",
    FLUTTERWAVE_SECRET_KEY: "value",
    FLW_ENCRYPTION_KEY: "encryption_key",
  },
  hosts: ["api.flutterwave.com"],
  packages: { python: ["rave-python"], npm: ["flutterwave-node-v3"] },
  rotate: { by: "person", page: "https://app.flutterwave.com/dashboard/settings/apis" },
};
