import { prefixed } from "./format.ts";
import { UUID, named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const volcengine: Provider = {
  id: "volcengine",
  title: "Volcengine Ark (Doubao)",
  kind: "model-api",
  website: "https://www.volcengine.com",
  docs: "https://www.volcengine.com/docs/82379",
  aliases: ["doubao"],
  credentials: [
    {
      id: "volcengine-ark-key",
      title: "Volcengine Ark API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.volcengine",
      actsFor: "machine",
      ...named(["ark_api_key", "volcengine_api_key", "volc_api_key", "doubao_api_key"], UUID),
    },
    {
      id: "volcengine-access-key-id",
      title: "Volcengine access key id",
      severity: "medium",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.volcengine",
      actsFor: "machine",
      part: "access_key_id",
      ...prefixed("AKLT", { alphabet: "base64url", min: 46, max: 48 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "access_key_id", secret: false, needs: "secret_access_key" },
    { name: "secret_access_key", secret: true },
  ],
  variables: {
    ARK_API_KEY: "value",
    VOLCENGINE_API_KEY: "value",
    VOLC_ACCESSKEY: "access_key_id",
    VOLC_SECRETKEY: "secret_access_key",
  },
  hosts: ["ark.cn-beijing.volces.com"],
  packages: { python: ["volcengine", "volcenginesdkarkruntime"] },
  rotate: { by: "person", page: "https://console.volcengine.com/ark" },
};
