import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const terraform: Provider = {
  id: "terraform",
  title: "HCP Terraform",
  kind: "cloud",
  website: "https://app.terraform.io",
  docs: "https://developer.hashicorp.com/terraform/cloud-docs/users-teams-organizations/api-tokens",
  credentials: [
    {
      id: "terraform-cloud-token",
      title: "HCP Terraform API token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(6889),
      ...layout("{alnum 14}.atlasv1.{base64url 60-70}"),
    },
  ],
  variables: {
    TF_API_TOKEN: "value",
    TFE_TOKEN: "value",
    TF_TOKEN_app_terraform_io: "value",
    TERRAFORM_CLOUD_TOKEN: "value",
  },
  hosts: ["app.terraform.io"],
  packages: {},
  rotate: { by: "person", page: "https://app.terraform.io/app/settings/tokens" },
  verify: {
    method: "GET",
    url: "https://app.terraform.io/api/v2/account/details",
    headers: bearer,
    verdicts: usualVerdicts,
  },
  ciActions: ["hashicorp/setup-terraform"],
};
