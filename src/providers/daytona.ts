import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const daytona: Provider = {
  id: "daytona",
  title: "Daytona",
  kind: "cloud",
  website: "https://www.daytona.io",
  docs: "https://www.daytona.io/docs",
  credentials: [
    {
      id: "daytona-api-key",
      title: "Daytona API key",
      severity: "high",
      cite: "https://www.daytona.io/docs/en/api-keys/",
      actsFor: "machine",
      ...sequence(["dtn_", { alphabet: "hex", min: 64 }]),
    },
  ],
  variables: { DAYTONA_API_KEY: "value" },
  hosts: ["app.daytona.io"],
  packages: { python: ["daytona", "daytona-sdk"], npm: ["@daytonaio/sdk"] },
  rotate: { by: "person", page: "https://app.daytona.io/dashboard/keys" },
};
