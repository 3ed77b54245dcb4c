import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const openshift: Provider = {
  id: "openshift",
  title: "OpenShift",
  kind: "cloud",
  website: "https://www.redhat.com/en/technologies/cloud-computing/openshift",
  docs: "https://docs.openshift.com/container-platform/latest/authentication/managing-oauth-access-tokens.html",
  credentials: [
    {
      id: "openshift-user-token",
      title: "OpenShift user token",
      severity: "critical",
      actsFor: "person",
      cite: betterleaks(9048),
      ...layout("sha256~{base64url 43}"),
    },
  ],
  variables: { OPENSHIFT_TOKEN: "value", OC_TOKEN: "value" },
  hosts: [],
  packages: { python: ["openshift"] },
  rotate: { by: "person", page: "https://console.redhat.com/openshift/token" },
  ciActions: ["redhat-actions/oc-login"],
};
