import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const beam: Provider = {
  id: "beam",
  title: "Beam",
  kind: "cloud",
  website: "https://www.beam.cloud",
  docs: "https://docs.beam.cloud",
  credentials: [
    {
      id: "beam-token",
      title: "Beam token",
      severity: "high",
      cite: "https://docs.beam.cloud",
      actsFor: "machine",
      ...opaque(["beam_token", "beam_api_key"]),
    },
  ],
  variables: { BEAM_TOKEN: "value" },
  hosts: ["app.beam.cloud", "api.beam.cloud"],
  packages: { python: ["beam-client"], npm: ["@beamcloud/beam-js"] },
  rotate: { by: "person", page: "https://platform.beam.cloud/settings/api-keys" },
};
