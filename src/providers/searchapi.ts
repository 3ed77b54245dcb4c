import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const searchapi: Provider = {
  id: "searchapi",
  title: "SearchApi",
  kind: "generic",
  website: "https://www.searchapi.io",
  docs: "https://www.searchapi.io/docs",
  credentials: [
    {
      id: "searchapi-api-key",
      title: "SearchApi API key",
      severity: "medium",
      cite: "https://python.langchain.com/docs/integrations/providers/searchapi/",
      actsFor: "machine",
      ...opaque(["searchapi_api_key", "searchapi_key"]),
    },
  ],
  variables: { SEARCHAPI_API_KEY: "value" },
  hosts: ["www.searchapi.io"],
  packages: {},
  rotate: { by: "person", page: "https://www.searchapi.io/docs" },
};
