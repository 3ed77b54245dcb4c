import { bearer, prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const npm: Provider = {
  id: "npm",
  title: "npm",
  kind: "package-registry",
  website: "https://www.npmjs.com",
  docs: "https://docs.npmjs.com/about-access-tokens",
  credentials: [
    {
      id: "npm-token",
      title: "npm access token",
      severity: "critical",
      actsFor: "person",
      cite: "https://github.blog/2021-09-23-announcing-npms-new-access-token-format/",
      ...prefixed("npm_", { alphabet: "alnum", min: 36 }, { check: "crc32-base62" }),
    },
  ],
  variables: { NPM_TOKEN: "value", NODE_AUTH_TOKEN: "value", NPM_AUTH_TOKEN: "value" },
  hosts: ["registry.npmjs.org"],
  packages: { python: [], npm: [] },
  rotate: { by: "person", page: "https://www.npmjs.com/settings/~/tokens" },
  verify: {
    method: "GET",
    url: "https://registry.npmjs.org/-/whoami",
    headers: bearer,
    verdicts: usualVerdicts,
  },
  ciActions: ["JS-DevTools/npm-publish"],
};
