import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const disqus: Provider = {
  id: "disqus",
  title: "Disqus",
  kind: "generic",
  website: "https://disqus.com",
  docs: "https://disqus.com/api/docs/auth/",
  credentials: [
    {
      id: "disqus-api-secret",
      title: "Disqus API secret",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(2941),
      ...named(
        ["disqus_secret_key", "disqus_api_secret", "disqus_secret", "disqus_api_key", "disqus_public_key"],
        "{alnum 64}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "api_key", secret: false },
  ],
  variables: { DISQUS_SECRET_KEY: "value", DISQUS_API_SECRET: "value", DISQUS_API_KEY: "api_key" },
  hosts: ["disqus.com"],
  packages: { python: ["disqus-python"], npm: ["disqus"] },
  rotate: { by: "person", page: "https://disqus.com/api/applications/" },
};
