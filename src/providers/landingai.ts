import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const landingai: Provider = {
  id: "landingai",
  title: "LandingAI",
  kind: "model-api",
  website: "https://landing.ai",
  docs: "https://docs.landing.ai",
  credentials: [
    {
      id: "landingai-api-key",
      title: "LandingAI API key",
      severity: "high",
      cite: "https://github.com/landing-ai/landingai-python",
      actsFor: "machine",
      ...prefixed("land_sk_", { alphabet: "alnum", min: 50 }),
    },
  ],
  variables: { LANDINGAI_API_KEY: "value", VISION_AGENT_API_KEY: "value" },
  hosts: ["api.va.landing.ai", "predict.app.landing.ai"],
  packages: { python: ["landingai", "vision_agent", "agentic-doc"] },
  rotate: { by: "person", page: "https://va.landing.ai/settings/api-key" },
};
