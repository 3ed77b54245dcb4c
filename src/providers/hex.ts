import { either, prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const hex: Provider = {
  id: "hex",
  title: "Hex",
  kind: "training-data",
  website: "https://hex.tech",
  docs: "https://learn.hex.tech/docs/api/api-overview",
  credentials: [
    {
      id: "hex-token",
      title: "Hex API token",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.hex",
      actsFor: "machine",
      ...either(
        prefixed("hxtp_", { alphabet: "hex", min: 96 }),
        prefixed("hxtw_", { alphabet: "hex", min: 96 }),
      ),
    },
  ],
  variables: { HEX_API_TOKEN: "value", HEX_API_KEY: "value", HEX_TOKEN: "value" },
  hosts: ["app.hex.tech"],
  packages: { python: ["hex-toolkit"] },
  rotate: { by: "person", page: "https://learn.hex.tech/docs/api/api-overview" },
  ciActions: ["hex-inc/action-hex-deploy"],
};
