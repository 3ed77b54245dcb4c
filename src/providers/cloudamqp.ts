import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const cloudamqp: Provider = {
  id: "cloudamqp",
  title: "CloudAMQP",
  kind: "generic",
  website: "https://www.cloudamqp.com",
  docs: "https://docs.cloudamqp.com/cloudamqp_api.html",
  credentials: [
    {
      id: "cloudamqp-api-key",
      title: "CloudAMQP API key",
      severity: "critical",
      cite: "https://docs.cloudamqp.com/cloudamqp_api.html",
      actsFor: "machine",
      ...opaque(["cloudamqp_apikey", "cloudamqp_api_key", "cloudamqp_customer_api_key"]),
    },
  ],
  variables: { CLOUDAMQP_APIKEY: "value" },
  hosts: ["customer.cloudamqp.com", "api.cloudamqp.com"],
  packages: {},
  rotate: { by: "person", page: "https://customer.cloudamqp.com/apikeys" },
};
