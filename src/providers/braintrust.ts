import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const braintrust: Provider = {
  id: "braintrust",
  title: "Braintrust",
  kind: "observability",
  website: "https://www.braintrust.dev",
  docs: "https://www.braintrust.dev/docs/reference/api/intro",
  credentials: [
    {
      id: "braintrust-api-key",
      title: "Braintrust API key",
      severity: "critical",
      cite: "https://www.braintrust.dev/docs/reference/api/intro",
      actsFor: "machine",
      ...named(["braintrust_api_key"], ["sk-", { alphabet: "alnum", min: 48 }]),
    },
  ],
  variables: { BRAINTRUST_API_KEY: "value" },
  hosts: ["api.braintrust.dev"],
  packages: { python: ["braintrust"], npm: ["braintrust"] },
  rotate: { by: "person", page: "https://www.braintrust.dev/app/settings?subroute=api-keys" },
};
