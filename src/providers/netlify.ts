import { bearer, usualVerdicts } from "./format.ts";
import { layout, named } from "./layout.ts";
import { betterleaks, credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const netlify: Provider = {
  id: "netlify",
  title: "Netlify",
  kind: "cloud",
  website: "https://www.netlify.com",
  docs: "https://docs.netlify.com/api/get-started/#authentication",
  credentials: [
    {
      id: "netlify-token",
      title: "Netlify personal access token",
      severity: "critical",
      actsFor: "person",
      cite: credsweeper(2025),
      ...layout("nfp_{alnum 36}"),
    },
    {
      id: "netlify-legacy-token",
      title: "Netlify token of the older form",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(8621),
      ...named(
        ["netlify_auth_token", "netlify_access_token", "netlify_token", "netlify_api_key"],
        "{base64url 40-46}",
      ),
    },
  ],
  variables: { NETLIFY_AUTH_TOKEN: "value", NETLIFY_ACCESS_TOKEN: "value", NETLIFY_TOKEN: "value" },
  hosts: ["api.netlify.com"],
  packages: { npm: ["netlify", "netlify-cli", "@netlify/api"] },
  rotate: { by: "person", page: "https://app.netlify.com/user/applications" },
  verify: {
    method: "GET",
    url: "https://api.netlify.com/api/v1/user",
    headers: bearer,
    verdicts: usualVerdicts,
  },
  ciActions: ["nwtgck/actions-netlify"],
};
