import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const paddle: Provider = {
  id: "paddle",
  title: "Paddle",
  kind: "generic",
  website: "https://www.paddle.com",
  docs: "https://developer.paddle.com/api-reference/about/authentication",
  credentials: [
    {
      id: "paddle-api-key",
      title: "Paddle API key",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(9176),
      ...layout("pdl_live_apikey_{lower 26}_{alnum 22}_{alnum 3}"),
    },
  ],
  variables: { PADDLE_API_KEY: "value" },
  hosts: ["api.paddle.com"],
  packages: { python: ["paddle-python-sdk"], npm: ["@paddle/paddle-node-sdk"] },
  rotate: { by: "person", page: "https://vendors.paddle.com/authentication-v2" },
  verify: {
    method: "GET",
    url: "https://api.paddle.com/event-types",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
