import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const dagshub: Provider = {
  id: "dagshub",
  title: "DagsHub",
  kind: "experiment-tracker",
  website: "https://dagshub.com",
  docs: "https://dagshub.com/docs",
  credentials: [
    {
      id: "dagshub-token",
      title: "DagsHub token",
      severity: "high",
      cite: "https://dagshub.com/docs/integration_guide/mlflow_tracking/",
      actsFor: "person",
      ...named(["dagshub_user_token", "dagshub_token", "dagshub_api_token"], { alphabet: "hex", min: 40 }),
    },
  ],
  variables: { DAGSHUB_USER_TOKEN: "value", DAGSHUB_TOKEN: "value" },
  hosts: ["dagshub.com"],
  packages: { python: ["dagshub"] },
  rotate: { by: "person", page: "https://dagshub.com/user/settings/tokens" },
};
