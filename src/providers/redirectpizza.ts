import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const redirectpizza: Provider = {
  id: "redirectpizza",
  title: "redirect.pizza",
  kind: "generic",
  website: "https://redirect.pizza",
  docs: "https://redirect.pizza/docs",
  credentials: [
    {
      id: "redirectpizza-api-token",
      title: "redirect.pizza API token",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(10045),
      ...named(["redirect_pizza_token", "redirect_pizza_api_token", "redirectpizza_token"], "rpa_{alnum 30}"),
    },
  ],
  variables: { REDIRECT_PIZZA_TOKEN: "value" },
  hosts: ["redirect.pizza"],
  packages: {},
  rotate: { by: "person", page: "https://redirect.pizza/api-tokens" },
};
