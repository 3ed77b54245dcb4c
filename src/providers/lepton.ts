import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const lepton: Provider = {
  id: "lepton",
  title: "Lepton",
  kind: "cloud",
  website: "https://www.nvidia.com/en-us/data-center/dgx-cloud-lepton/",
  docs: "https://docs.nvidia.com/dgx-cloud/lepton/",
  aliases: ["leptonai"],
  credentials: [
    {
      id: "lepton-token",
      title: "Lepton API token",
      severity: "high",
      cite: "https://github.com/leptonai/leptonai",
      actsFor: "machine",
      ...opaque(["lepton_api_token", "lepton_api_key", "lepton_workspace_token"]),
    },
  ],
  variables: { LEPTON_API_TOKEN: "value", LEPTON_WORKSPACE_TOKEN: "value" },
  hosts: ["*.lepton.run"],
  packages: { python: ["leptonai"] },
  rotate: { by: "person", page: "https://docs.nvidia.com/dgx-cloud/lepton/" },
};
