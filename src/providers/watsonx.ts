import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const watsonx: Provider = {
  id: "watsonx",
  title: "IBM watsonx",
  kind: "model-api",
  website: "https://www.ibm.com/watsonx",
  docs: "https://cloud.ibm.com/docs/account?topic=account-userapikey",
  credentials: [
    {
      id: "watsonx-api-key",
      title: "IBM watsonx API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/ibm.yml",
      actsFor: "machine",
      ...named(["watsonx_apikey", "watsonx_api_key", "wx_api_key", "watson_apikey", "watsonx_ai_apikey"], {
        alphabet: "base64url",
        min: 42,
        max: 44,
      }),
    },
  ],
  variables: { WATSONX_APIKEY: "value", WATSONX_API_KEY: "value" },
  hosts: ["us-south.ml.cloud.ibm.com", "*.ml.cloud.ibm.com"],
  packages: { python: ["ibm_watsonx_ai", "langchain_ibm"], npm: ["@ibm-cloud/watsonx-ai"] },
  rotate: { by: "person", page: "https://cloud.ibm.com/iam/apikeys" },
};
