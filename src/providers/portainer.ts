import { layout } from "./layout.ts";
import type { Provider } from "./types.ts";

export const portainer: Provider = {
  id: "portainer",
  title: "Portainer",
  kind: "cloud",
  website: "https://www.portainer.io",
  docs: "https://docs.portainer.io/api/access",
  credentials: [
    {
      id: "portainer-access-token",
      title: "Portainer access token",
      severity: "critical",
      actsFor: "person",
      cite: "https://github.com/portainer/portainer/blob/develop/api/apikey/service.go",
      ...layout("ptr_{base64 43}="),
    },
  ],
  variables: { PORTAINER_API_KEY: "value", PORTAINER_ACCESS_TOKEN: "value" },
  hosts: [],
  packages: {},
  rotate: { by: "person", page: "https://docs.portainer.io/user/account-settings" },
};
