import { UUID, sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const dvcStudio: Provider = {
  id: "dvc-studio",
  title: "DVC Studio",
  kind: "experiment-tracker",
  website: "https://studio.datachain.ai",
  docs: "https://dvc.org/doc/studio",
  aliases: ["datachain-studio"],
  credentials: [
    {
      id: "dvc-studio-token",
      title: "DVC Studio access token",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.iterative",
      actsFor: "person",
      ...sequence(["isat_", ...UUID]),
    },
  ],
  variables: { DVC_STUDIO_TOKEN: "value" },
  hosts: ["studio.datachain.ai", "studio.iterative.ai"],
  packages: { python: ["dvc", "dvclive", "datachain", "dvc-studio-client"] },
  rotate: { by: "person", page: "https://studio.datachain.ai/user/_/profile?section=accessTokens" },
};
