import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const valohai: Provider = {
  id: "valohai",
  title: "Valohai",
  kind: "training-data",
  website: "https://valohai.com",
  docs: "https://docs.valohai.com",
  credentials: [
    {
      id: "valohai-token",
      title: "Valohai API token",
      severity: "high",
      cite: "https://docs.valohai.com",
      actsFor: "machine",
      ...opaque(["valohai_api_token", "valohai_token", "vh_token"]),
    },
  ],
  variables: { VALOHAI_API_TOKEN: "value", VH_TOKEN: "value" },
  hosts: ["app.valohai.com"],
  packages: { python: ["valohai-utils", "valohai-cli"] },
  rotate: { by: "person", page: "https://app.valohai.com/auth/" },
};
