import { named } from "./layout.ts";
import { usualVerdicts, bearer } from "./format.ts";
import type { Provider } from "./types.ts";

export const linode: Provider = {
  id: "linode",
  title: "Linode (Akamai Cloud)",
  kind: "cloud",
  website: "https://www.linode.com",
  docs: "https://techdocs.akamai.com/linode-api/reference/get-started",
  credentials: [
    {
      id: "linode-token",
      title: "Linode personal access token",
      severity: "critical",
      actsFor: "machine",
      cite: "https://rules.sonarsource.com/secrets/RSPEC-7002/",
      ...named(
        ["linode_token", "linode_cli_token", "linode_api_token", "linode_api_key", "linode_access_token"],
        "{hex 64}",
      ),
    },
  ],
  variables: { LINODE_TOKEN: "value", LINODE_CLI_TOKEN: "value", LINODE_API_TOKEN: "value" },
  hosts: ["api.linode.com"],
  packages: { python: ["linode_api4"], npm: ["@linode/api-v4"] },
  rotate: { by: "api", page: "https://cloud.linode.com/profile/tokens" },
  verify: {
    method: "GET",
    url: "https://api.linode.com/v4/profile",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
