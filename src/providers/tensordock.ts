import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const tensordock: Provider = {
  id: "tensordock",
  title: "TensorDock",
  kind: "cloud",
  website: "https://tensordock.com",
  docs: "https://documenter.getpostman.com/view/20973002/2s8YzMYRDc",
  credentials: [
    {
      id: "tensordock-token",
      title: "TensorDock API token",
      severity: "high",
      cite: "https://documenter.getpostman.com/view/20973002/2s8YzMYRDc",
      actsFor: "machine",
      ...opaque(["tensordock_api_token", "tensordock_api_key"]),
    },
  ],
  variables: { TENSORDOCK_API_TOKEN: "value" },
  hosts: ["marketplace.tensordock.com", "dashboard.tensordock.com"],
  packages: {},
  rotate: { by: "person", page: "https://documenter.getpostman.com/view/20973002/2s8YzMYRDc" },
};
