import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const sidekiq: Provider = {
  id: "sidekiq",
  title: "Sidekiq",
  kind: "package-registry",
  website: "https://sidekiq.org",
  docs: "https://github.com/sidekiq/sidekiq/wiki/Commercial-FAQ",
  credentials: [
    {
      id: "sidekiq-credentials",
      title: "Sidekiq Pro or Enterprise download credentials",
      severity: "low",
      actsFor: "machine",
      cite: betterleaks(10683),
      ...named(["bundle_enterprise__contribsys__com", "bundle_gems__contribsys__com"], "{hex 8}:{hex 8}"),
    },
  ],
  variables: { BUNDLE_ENTERPRISE__CONTRIBSYS__COM: "value", BUNDLE_GEMS__CONTRIBSYS__COM: "value" },
  hosts: ["enterprise.contribsys.com", "gems.contribsys.com"],
  packages: {},
  rotate: { by: "person", page: "https://billing.contribsys.com" },
};
