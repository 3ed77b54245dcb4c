import { named } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const railway: Provider = {
  id: "railway",
  title: "Railway",
  kind: "cloud",
  website: "https://railway.com",
  docs: "https://docs.railway.com/guides/public-api",
  credentials: [
    {
      id: "railway-token",
      title: "Railway token",
      severity: "high",
      actsFor: "machine",
      cite: trufflehog("07caee3fa2266d06a5d2675751a5896c43802d99/pkg/detectors/railwayapp/railwayapp.go"),
      ...named(["railway_api_token", "railway_token"], "{uuid}"),
    },
  ],
  variables: { RAILWAY_TOKEN: "value", RAILWAY_API_TOKEN: "value" },
  hosts: ["backboard.railway.com", "backboard.railway.app"],
  packages: { npm: ["@railway/cli"] },
  rotate: { by: "person", page: "https://railway.com/account/tokens" },
};
