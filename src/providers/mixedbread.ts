import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const mixedbread: Provider = {
  id: "mixedbread",
  title: "Mixedbread",
  kind: "embedding",
  website: "https://www.mixedbread.com",
  docs: "https://www.mixedbread.com/docs",
  credentials: [
    {
      id: "mixedbread-api-key",
      title: "Mixedbread API key",
      severity: "high",
      cite: "https://www.mixedbread.com/docs",
      actsFor: "machine",
      ...opaque(["mxbai_api_key", "mixedbread_api_key"]),
    },
  ],
  variables: { MXBAI_API_KEY: "value" },
  hosts: ["api.mixedbread.com"],
  packages: { python: ["mixedbread", "mixedbread-ai"], npm: ["@mixedbread/sdk"] },
  rotate: { by: "person", page: "https://platform.mixedbread.com/platform?next=api-keys" },
};
