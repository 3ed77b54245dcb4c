import { usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const statuspage: Provider = {
  id: "statuspage",
  title: "Statuspage",
  kind: "observability",
  website: "https://www.atlassian.com/software/statuspage",
  docs: "https://developer.statuspage.io/#section/Authentication",
  credentials: [
    {
      id: "statuspage-api-key",
      title: "Statuspage API key",
      severity: "medium",
      actsFor: "machine",
      cite: trufflehog("170b30a2d54905d2cd6a4bffb4d78560e2da75a7/pkg/detectors/statuspage/statuspage.go"),
      ...named(["statuspage_api_key", "statuspage_token", "statuspage_key"], "{uuid}"),
    },
  ],
  variables: { STATUSPAGE_API_KEY: "value", STATUSPAGE_TOKEN: "value" },
  hosts: ["api.statuspage.io"],
  packages: {},
  rotate: { by: "person", page: "https://manage.statuspage.io" },
  verify: {
    method: "GET",
    url: "https://api.statuspage.io/v1/pages",
    headers: { Authorization: "OAuth {value}" },
    verdicts: usualVerdicts,
  },
};
