import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const messagebird: Provider = {
  id: "messagebird",
  title: "MessageBird",
  kind: "generic",
  website: "https://bird.com",
  docs: "https://developers.messagebird.com/api/#authentication",
  credentials: [
    {
      id: "messagebird-access-key",
      title: "MessageBird access key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(8232),
      ...named(
        ["messagebird_api_key", "messagebird_access_key", "messagebird_token", "messagebird_key"],
        "{alnum 25}",
      ),
    },
  ],
  variables: { MESSAGEBIRD_API_KEY: "value", MESSAGEBIRD_ACCESS_KEY: "value" },
  hosts: ["rest.messagebird.com"],
  packages: { python: ["messagebird"], npm: ["messagebird"] },
  rotate: { by: "person", page: "https://dashboard.messagebird.com/en/developers/access" },
  verify: {
    method: "GET",
    url: "https://rest.messagebird.com/balance",
    headers: { Authorization: "AccessKey {value}" },
    verdicts: usualVerdicts,
  },
};
