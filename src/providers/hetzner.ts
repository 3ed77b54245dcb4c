import { named } from "./layout.ts";
import { kingfisher } from "./sources.ts";
import { usualVerdicts, bearer } from "./format.ts";
import type { Provider } from "./types.ts";

export const hetzner: Provider = {
  id: "hetzner",
  title: "Hetzner Cloud",
  kind: "cloud",
  website: "https://www.hetzner.com/cloud",
  docs: "https://docs.hetzner.com/cloud/api/getting-started/generating-api-token/",
  aliases: ["hcloud"],
  credentials: [
    {
      id: "hetzner-api-token",
      title: "Hetzner Cloud API token",
      severity: "critical",
      actsFor: "machine",
      cite: kingfisher(
        "701508d529c638e6e9374d47f08e7e53004ddcf6/crates/kingfisher-rules/data/rules/hetzner.yml",
      ),
      ...named(["hcloud_token", "hcloud_api_token", "hetzner_api_token", "hetzner_token"], "{alnum 64}"),
    },
  ],
  variables: { HCLOUD_TOKEN: "value", HETZNER_API_TOKEN: "value", HETZNER_TOKEN: "value" },
  hosts: ["api.hetzner.cloud"],
  packages: { python: ["hcloud"] },
  rotate: { by: "person", page: "https://console.hetzner.cloud/" },
  verify: {
    method: "GET",
    url: "https://api.hetzner.cloud/v1/servers?per_page=1",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
