import { usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const pulumi: Provider = {
  id: "pulumi",
  title: "Pulumi",
  kind: "cloud",
  website: "https://www.pulumi.com",
  docs: "https://www.pulumi.com/docs/pulumi-cloud/access-management/access-tokens/",
  credentials: [
    {
      id: "pulumi-access-token",
      title: "Pulumi access token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(9875),
      ...layout("pul-{hex 40}"),
    },
  ],
  variables: { PULUMI_ACCESS_TOKEN: "value" },
  hosts: ["api.pulumi.com"],
  packages: { python: ["pulumi"], npm: ["@pulumi/pulumi"] },
  rotate: { by: "person", page: "https://app.pulumi.com/account/tokens" },
  verify: {
    method: "GET",
    url: "https://api.pulumi.com/api/user",
    headers: { Authorization: "token {value}" },
    verdicts: usualVerdicts,
  },
  ciActions: ["pulumi/actions"],
};
