import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const unstructured: Provider = {
  id: "unstructured",
  title: "Unstructured",
  kind: "model-api",
  website: "https://unstructured.io",
  docs: "https://docs.unstructured.io",
  credentials: [
    {
      id: "unstructured-api-key",
      title: "Unstructured API key",
      severity: "high",
      cite: "https://docs.unstructured.io/api-reference/overview",
      actsFor: "machine",
      ...named(["unstructured_api_key"], { alphabet: "alnum", min: 30 }),
    },
  ],
  variables: { UNSTRUCTURED_API_KEY: "value" },
  hosts: ["api.unstructuredapp.io", "platform.unstructuredapp.io"],
  packages: { python: ["unstructured_client", "langchain_unstructured"], npm: ["unstructured-client"] },
  rotate: { by: "person", page: "https://platform.unstructured.io" },
};
