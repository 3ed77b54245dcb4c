import { bearer, prefixed, usualVerdicts } from "./format.ts";
import type { Provider } from "./types.ts";

export const huggingface: Provider = {
  id: "huggingface",
  title: "Hugging Face",
  kind: "model-registry",
  website: "https://huggingface.co",
  docs: "https://huggingface.co/docs/hub/security-tokens",
  aliases: ["hf", "hugging-face"],
  credentials: [
    {
      id: "huggingface-token",
      title: "Hugging Face access token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.huggingface",
      actsFor: "person",
      ...prefixed("hf_", { alphabet: "alnum", min: 34 }),
    },
    {
      id: "huggingface-organisation-token",
      title: "Hugging Face organisation token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.huggingface",
      actsFor: "machine",
      ...prefixed("api_org_", { alphabet: "alnum", min: 34 }),
    },
  ],
  variables: {
    HF_TOKEN: "value",
    HUGGING_FACE_HUB_TOKEN: "value",
    HUGGINGFACE_TOKEN: "value",
    HUGGINGFACEHUB_API_TOKEN: "value",
    HUGGINGFACE_API_KEY: "value",
  },
  baseUrlVariables: ["HF_ENDPOINT", "HF_INFERENCE_ENDPOINT"],
  hosts: ["huggingface.co", "router.huggingface.co", "*.hf.co"],
  packages: {
    python: [
      "huggingface_hub",
      "transformers",
      "datasets",
      "diffusers",
      "accelerate",
      "sentence_transformers",
      "peft",
      "trl",
      "evaluate",
      "langchain_huggingface",
    ],
    npm: ["@huggingface/inference", "@huggingface/hub", "@huggingface/transformers"],
  },
  rotate: { by: "person", page: "https://huggingface.co/settings/tokens" },
  verify: {
    method: "GET",
    url: "https://huggingface.co/api/whoami-v2",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
