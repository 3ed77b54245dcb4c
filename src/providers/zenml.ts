import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const zenml: Provider = {
  id: "zenml",
  title: "ZenML",
  kind: "training-data",
  website: "https://www.zenml.io",
  docs: "https://docs.zenml.io/how-to/manage-zenml-server/connecting-to-zenml/connect-with-a-service-account",
  credentials: [
    {
      id: "zenml-service-key",
      title: "ZenML service-account key",
      severity: "critical",
      cite: "https://github.com/zenml-io/zenml",
      actsFor: "machine",
      ...prefixed("ZENKEY_", { alphabet: "base64", min: 80, max: 400 }),
    },
    {
      id: "zenml-pro-key",
      title: "ZenML Pro API key",
      severity: "critical",
      cite: "https://docs.zenml.io/pro/access-management/service-accounts",
      actsFor: "machine",
      ...prefixed("ZENPROKEY_", { alphabet: "base64", min: 20, max: 400 }),
    },
  ],
  variables: { ZENML_STORE_API_KEY: "value", ZENML_PRO_API_KEY: "value" },
  baseUrlVariables: ["ZENML_STORE_URL"],
  hosts: ["cloudapi.zenml.io"],
  packages: { python: ["zenml"] },
  rotate: {
    by: "person",
    page: "https://docs.zenml.io/how-to/manage-zenml-server/connecting-to-zenml/connect-with-a-service-account",
  },
};
