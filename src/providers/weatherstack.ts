import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const weatherstack: Provider = {
  id: "weatherstack",
  title: "weatherstack",
  kind: "generic",
  website: "https://weatherstack.com",
  docs: "https://weatherstack.com/documentation",
  credentials: [
    {
      id: "weatherstack-api-key",
      title: "weatherstack API key",
      severity: "low",
      actsFor: "machine",
      cite: betterleaks(12494),
      ...named(["weatherstack_api_key", "weatherstack_access_key", "weatherstack_key"], "{hex 32}"),
    },
  ],
  variables: { WEATHERSTACK_API_KEY: "value", WEATHERSTACK_ACCESS_KEY: "value" },
  hosts: ["api.weatherstack.com"],
  packages: {},
  rotate: { by: "person", page: "https://weatherstack.com/dashboard" },
};
