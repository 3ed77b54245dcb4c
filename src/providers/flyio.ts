import { layout } from "./layout.ts";
import { gitleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const flyio: Provider = {
  id: "flyio",
  title: "Fly.io",
  kind: "cloud",
  website: "https://fly.io",
  docs: "https://fly.io/docs/security/tokens/",
  aliases: ["fly"],
  credentials: [
    {
      id: "flyio-access-token",
      title: "Fly.io personal access token",
      severity: "critical",
      actsFor: "person",
      cite: gitleaks(582),
      ...layout("fo1_{base64url 43}"),
    },
    {
      id: "flyio-macaroon",
      title: "Fly.io macaroon token",
      severity: "critical",
      actsFor: "machine",
      cite: gitleaks(582),
      ...layout(["fm1a_{base64 100-2000}{pad}", "fm1r_{base64 100-2000}{pad}", "fm2_{base64 100-2000}{pad}"]),
    },
  ],
  variables: { FLY_API_TOKEN: "value", FLY_ACCESS_TOKEN: "value" },
  hosts: ["api.fly.io", "api.machines.dev"],
  packages: {},
  rotate: { by: "api", page: "https://fly.io/user/personal_access_tokens" },
  ciActions: ["superfly/flyctl-actions"],
};
