import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const amplitude: Provider = {
  id: "amplitude",
  title: "Amplitude",
  kind: "generic",
  website: "https://amplitude.com",
  docs: "https://amplitude.com/docs/apis/keys-and-tokens",
  credentials: [
    {
      id: "amplitude-secret-key",
      title: "Amplitude secret key",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(556),
      ...named(["amplitude_secret_key", "amplitude_secret"], "{hex 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "api_key", secret: false },
  ],
  variables: { AMPLITUDE_SECRET_KEY: "value", AMPLITUDE_API_KEY: "api_key" },
  hosts: ["api2.amplitude.com", "amplitude.com"],
  packages: { python: ["amplitude-analytics"], npm: ["@amplitude/analytics-node"] },
  rotate: { by: "person", page: "https://app.amplitude.com" },
};
