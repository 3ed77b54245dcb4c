import { sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const tigris: Provider = {
  id: "tigris",
  title: "Tigris",
  kind: "object-store",
  website: "https://www.tigrisdata.com",
  docs: "https://www.tigrisdata.com/docs/iam/",
  credentials: [
    {
      id: "tigris-secret-access-key",
      title: "Tigris secret access key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.tigris",
      actsFor: "machine",
      ...sequence(["tsec_", { alphabet: "base64url", min: 60, max: 80 }]),
    },
    {
      id: "tigris-access-key-id",
      title: "Tigris access key id",
      severity: "low",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.tigris",
      actsFor: "machine",
      part: "access_key_id",
      ...sequence(["tid_", { alphabet: "base64url", min: 40, max: 60 }]),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "access_key_id", secret: false },
  ],
  variables: { TIGRIS_STORAGE_SECRET_ACCESS_KEY: "value", TIGRIS_STORAGE_ACCESS_KEY_ID: "access_key_id" },
  hosts: ["t3.storage.dev", "fly.storage.tigris.dev"],
  packages: { python: ["tigris-boto3-ext"], npm: ["@tigrisdata/storage"] },
  rotate: { by: "person", page: "https://console.storage.dev" },
};
