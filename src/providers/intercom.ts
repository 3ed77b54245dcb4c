import { bearer, usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const intercom: Provider = {
  id: "intercom",
  title: "Intercom",
  kind: "generic",
  website: "https://www.intercom.com",
  docs: "https://developers.intercom.com/docs/build-an-integration/learn-more/authentication",
  credentials: [
    {
      id: "intercom-access-token",
      title: "Intercom access token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(7364),
      ...named(["intercom_access_token", "intercom_token", "intercom_api_key"], "{base64url 60}"),
    },
  ],
  variables: { INTERCOM_ACCESS_TOKEN: "value", INTERCOM_TOKEN: "value", INTERCOM_API_KEY: "value" },
  hosts: ["api.intercom.io"],
  packages: { python: ["python-intercom"], npm: ["intercom-client"] },
  rotate: { by: "person", page: "https://app.intercom.com/a/apps/_/developer-hub" },
  verify: { method: "GET", url: "https://api.intercom.io/me", headers: bearer, verdicts: usualVerdicts },
};
