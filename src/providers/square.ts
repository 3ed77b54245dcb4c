import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const square: Provider = {
  id: "square",
  title: "Square",
  kind: "generic",
  website: "https://squareup.com",
  docs: "https://developer.squareup.com/docs/build-basics/access-tokens",
  credentials: [
    {
      id: "square-access-token",
      title: "Square access token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(11133),
      ...layout(["EAAA{base64url 60}", "sq0atp-{base64url 22}"]),
    },
    {
      id: "square-application-secret",
      title: "Square application secret",
      severity: "critical",
      part: "application_secret",
      actsFor: "machine",
      cite: "https://github.com/Yelp/detect-secrets/blob/40a063015864132ee9b0c5ac94d06e27acdf3540/detect_secrets/plugins/square_oauth.py",
      ...layout("sq0csp-{base64url 43}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "application_secret", secret: true },
  ],
  variables: { SQUARE_ACCESS_TOKEN: "value", SQUARE_APPLICATION_SECRET: "application_secret" },
  hosts: ["connect.squareup.com"],
  packages: { python: ["squareup"], npm: ["square"] },
  rotate: { by: "person", page: "https://developer.squareup.com/apps" },
  verify: {
    method: "GET",
    url: "https://connect.squareup.com/v2/locations",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
