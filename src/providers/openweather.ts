import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const openweather: Provider = {
  id: "openweather",
  title: "OpenWeather",
  kind: "generic",
  website: "https://openweathermap.org",
  docs: "https://openweathermap.org/appid",
  credentials: [
    {
      id: "openweather-api-key",
      title: "OpenWeather API key",
      severity: "low",
      actsFor: "machine",
      cite: betterleaks(9061),
      ...named(
        [
          "openweather_api_key",
          "openweathermap_api_key",
          "openweather_key",
          "openweathermap_appid",
          "openweathermap_key",
          "owm_api_key",
        ],
        "{hex 32}",
      ),
    },
  ],
  variables: { OPENWEATHER_API_KEY: "value", OPENWEATHERMAP_API_KEY: "value", OWM_API_KEY: "value" },
  hosts: ["api.openweathermap.org"],
  packages: { python: ["pyowm"] },
  rotate: { by: "person", page: "https://home.openweathermap.org/api_keys" },
};
