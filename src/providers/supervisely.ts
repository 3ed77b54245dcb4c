import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const supervisely: Provider = {
  id: "supervisely",
  title: "Supervisely",
  kind: "training-data",
  website: "https://supervisely.com",
  docs: "https://developer.supervisely.com/getting-started/basics-of-authentication",
  credentials: [
    {
      id: "supervisely-token",
      title: "Supervisely API token",
      severity: "high",
      cite: "https://developer.supervisely.com/getting-started/basics-of-authentication",
      actsFor: "person",
      ...opaque(["supervisely_api_token", "supervisely_task_api_token"]),
    },
  ],
  variables: { SUPERVISELY_API_TOKEN: "value" },
  hosts: ["app.supervisely.com"],
  packages: { python: ["supervisely"] },
  rotate: {
    by: "person",
    page: "https://developer.supervisely.com/getting-started/basics-of-authentication",
  },
};
