import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const clearml: Provider = {
  id: "clearml",
  title: "ClearML",
  kind: "experiment-tracker",
  website: "https://clear.ml",
  docs: "https://clear.ml/docs/latest/docs/configs/env_vars",
  credentials: [
    {
      id: "clearml-secret-key",
      title: "ClearML secret key",
      severity: "critical",
      cite: "https://clear.ml/docs/latest/docs/configs/env_vars",
      actsFor: "person",
      ...named(["clearml_api_secret_key", "trains_api_secret_key"], {
        alphabet: "base64url",
        min: 40,
        max: 100,
      }),
    },
    {
      id: "clearml-access-key",
      title: "ClearML access key",
      severity: "low",
      cite: "https://clear.ml/docs/latest/docs/configs/env_vars",
      actsFor: "person",
      part: "access_key",
      ...named(["clearml_api_access_key", "trains_api_access_key"], { alphabet: "alnum", min: 20, max: 40 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "access_key", secret: false },
    { name: "host", secret: false },
  ],
  variables: {
    CLEARML_API_SECRET_KEY: "value",
    CLEARML_API_ACCESS_KEY: "access_key",
    CLEARML_API_HOST: "host",
  },
  baseUrlVariables: ["CLEARML_API_HOST"],
  hosts: ["api.clear.ml"],
  packages: { python: ["clearml", "trains"] },
  rotate: { by: "person", page: "https://app.clear.ml/settings/workspace-configuration" },
};
