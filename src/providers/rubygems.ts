import { usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const rubygems: Provider = {
  id: "rubygems",
  title: "RubyGems",
  kind: "package-registry",
  website: "https://rubygems.org",
  docs: "https://guides.rubygems.org/api-key-scopes/",
  credentials: [
    {
      id: "rubygems-api-key",
      title: "RubyGems API key",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(10214),
      ...layout("rubygems_{hex 48}"),
    },
  ],
  variables: { GEM_HOST_API_KEY: "value", RUBYGEMS_API_KEY: "value", RUBYGEMS_TOKEN: "value" },
  hosts: ["rubygems.org"],
  packages: {},
  rotate: { by: "person", page: "https://rubygems.org/profile/api_keys" },
  verify: {
    method: "GET",
    url: "https://rubygems.org/api/v1/gems.json",
    headers: { Authorization: "{value}" },
    verdicts: usualVerdicts,
  },
  ciActions: ["rubygems/release-gem"],
};
