import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const ibmCloud: Provider = {
  id: "ibm-cloud",
  title: "IBM Cloud",
  kind: "cloud",
  website: "https://cloud.ibm.com",
  docs: "https://cloud.ibm.com/docs/account?topic=account-userapikey",
  credentials: [
    {
      id: "ibm-cloud-api-key",
      title: "IBM Cloud API key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(7253),
      ...named(["ibmcloud_api_key", "ibm_cloud_api_key", "ibm_api_key", "ic_api_key"], "{base64url 44}"),
    },
  ],
  variables: {
    IBMCLOUD_API_KEY: "value",
    IBM_CLOUD_API_KEY: "value",
    IC_API_KEY: "value",
  },
  hosts: ["iam.cloud.ibm.com", "*.cloud.ibm.com"],
  packages: {
    python: ["ibm-cloud-sdk-core", "ibm-cos-sdk", "ibm-watsonx-ai"],
    npm: ["ibm-cloud-sdk-core", "ibm-cos-sdk"],
  },
  rotate: { by: "api", page: "https://cloud.ibm.com/iam/apikeys" },
};
