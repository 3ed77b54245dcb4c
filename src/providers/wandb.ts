import { beside, either, prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const wandb: Provider = {
  id: "wandb",
  title: "Weights & Biases",
  kind: "experiment-tracker",
  website: "https://wandb.ai",
  docs: "https://docs.wandb.ai/guides/track/environment-variables",
  aliases: ["weights-and-biases", "weave"],
  credentials: [
    {
      id: "wandb-api-key",
      title: "Weights & Biases API key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.wandb",
      actsFor: "person",
      ...either(
        prefixed("wandb_v1_", { alphabet: "base64url", min: 60, max: 100 }),
        beside(["wandb", "weights_and_biases"], { alphabet: "hex", min: 40 }),
      ),
    },
  ],
  variables: { WANDB_API_KEY: "value" },
  baseUrlVariables: ["WANDB_BASE_URL"],
  hosts: ["api.wandb.ai"],
  packages: { python: ["wandb", "weave"], npm: ["@wandb/sdk", "weave"] },
  rotate: { by: "person", page: "https://wandb.ai/authorize" },
};
