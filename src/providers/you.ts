import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const you: Provider = {
  id: "you",
  title: "You.com",
  kind: "generic",
  website: "https://you.com",
  docs: "https://documentation.you.com",
  credentials: [
    {
      id: "you-api-key",
      title: "You.com API key",
      severity: "medium",
      cite: "https://python.langchain.com/docs/integrations/retrievers/you-retriever/",
      actsFor: "machine",
      ...opaque(["ydc_api_key", "you_api_key"]),
    },
  ],
  variables: { YDC_API_KEY: "value", YOU_API_KEY: "value" },
  hosts: ["api.ydc-index.io"],
  packages: {},
  rotate: { by: "person", page: "https://api.you.com" },
};
