import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const ngrok: Provider = {
  id: "ngrok",
  title: "ngrok",
  kind: "generic",
  website: "https://ngrok.com",
  docs: "https://ngrok.com/docs/api/",
  credentials: [
    {
      id: "ngrok-token",
      title: "ngrok API key or authtoken",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(8690),
      ...named(
        ["ngrok_api_key", "ngrok_authtoken", "ngrok_auth_token", "ngrok_agent_token", "ngrok_token"],
        "2{alnum 26}_{digits 1}{alnum 20}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "authtoken", secret: true },
  ],
  variables: { NGROK_API_KEY: "value", NGROK_AUTHTOKEN: "authtoken" },
  hosts: ["api.ngrok.com"],
  packages: { python: ["ngrok", "pyngrok"], npm: ["ngrok", "@ngrok/ngrok"] },
  rotate: { by: "person", page: "https://dashboard.ngrok.com/api-keys" },
};
