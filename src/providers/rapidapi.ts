import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const rapidapi: Provider = {
  id: "rapidapi",
  title: "RapidAPI",
  kind: "generic",
  website: "https://rapidapi.com",
  docs: "https://docs.rapidapi.com/docs/keys",
  credentials: [
    {
      id: "rapidapi-key",
      title: "RapidAPI key",
      severity: "medium",
      actsFor: "person",
      cite: betterleaks(9975),
      ...named(
        ["rapidapi_key", "rapid_api_key", "x-rapidapi-key"],
        ["{hex 10}msh{hex 15}p{hex 6}jsn{hex 12}", "{base64url 50}"],
      ),
    },
  ],
  variables: { RAPIDAPI_KEY: "value", RAPID_API_KEY: "value", X_RAPIDAPI_KEY: "value" },
  hosts: ["*.p.rapidapi.com"],
  packages: {},
  rotate: { by: "person", page: "https://rapidapi.com/developer/security" },
};
