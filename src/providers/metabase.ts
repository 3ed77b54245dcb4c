import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const metabase: Provider = {
  id: "metabase",
  title: "Metabase",
  kind: "training-data",
  website: "https://www.metabase.com",
  docs: "https://www.metabase.com/docs/latest/people-and-groups/api-keys",
  credentials: [
    {
      id: "metabase-api-key",
      title: "Metabase API key",
      severity: "high",
      cite: "https://www.metabase.com/docs/latest/people-and-groups/api-keys",
      actsFor: "machine",
      ...named(["metabase_api_key", "mb_api_key"], ["mb_", { alphabet: "base64", min: 43 }]),
    },
  ],
  variables: { METABASE_API_KEY: "value" },
  hosts: [],
  packages: { python: ["metabase-api"], npm: ["@metabase/embedding-sdk-react"] },
  rotate: { by: "person", page: "https://www.metabase.com/docs/latest/people-and-groups/api-keys" },
};
