import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const klingai: Provider = {
  id: "klingai",
  title: "Kling AI",
  kind: "model-api",
  website: "https://klingai.com",
  docs: "https://app.klingai.com/global/dev/document-api",
  aliases: ["kling"],
  credentials: [
    {
      id: "klingai-secret-key",
      title: "Kling AI secret key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/klingai.yml",
      actsFor: "machine",
      ...named(["kling_secret_key", "klingai_secret_key", "kling_api_secret"], {
        alphabet: "alnum",
        min: 32,
      }),
    },
    {
      id: "klingai-access-key",
      title: "Kling AI access key",
      severity: "low",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/klingai.yml",
      actsFor: "machine",
      part: "access_key",
      ...named(["kling_access_key", "klingai_access_key", "kling_api_key"], { alphabet: "alnum", min: 32 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "access_key", secret: false },
  ],
  variables: {
    KLING_SECRET_KEY: "value",
    KLINGAI_SECRET_KEY: "value",
    KLING_ACCESS_KEY: "access_key",
    KLINGAI_ACCESS_KEY: "access_key",
  },
  hosts: ["api.klingai.com", "api-singapore.klingai.com"],
  packages: { npm: ["@ai-sdk/klingai"] },
  rotate: { by: "person", page: "https://app.klingai.com/global/dev/document-api" },
};
