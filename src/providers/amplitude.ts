import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const amplitude: Provider = {
  id: "amplitude",
  title: "Amplitude",
  kind: "training-data",
  website: "https://amplitude.com",
  docs: "https://amplitude.com/docs/apis/authentication",
  credentials: [
    {
      id: "amplitude-secret-key",
      title: "Amplitude secret key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/amplitude.yml",
      actsFor: "machine",
      ...named(["amplitude_secret_key", "amplitude_api_secret", "amplitude_secret"], {
        alphabet: "hex",
        min: 32,
      }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "api_key", secret: false },
  ],
  variables: { AMPLITUDE_SECRET_KEY: "value", AMPLITUDE_API_KEY: "api_key" },
  hosts: ["amplitude.com", "api2.amplitude.com"],
  packages: { python: ["amplitude-analytics"], npm: ["@amplitude/analytics-node"] },
  rotate: { by: "person", page: "https://amplitude.com/docs/apis/authentication" },
};
