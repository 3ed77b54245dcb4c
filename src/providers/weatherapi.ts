import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const weatherapi: Provider = {
  id: "weatherapi",
  title: "WeatherAPI.com",
  kind: "training-data",
  website: "https://www.weatherapi.com",
  docs: "https://www.weatherapi.com/docs/",
  credentials: [
    {
      id: "weatherapi-api-key",
      title: "WeatherAPI.com API key",
      severity: "low",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.weatherapi",
      actsFor: "machine",
      ...named(["weatherapi_api_key", "weatherapi_key", "weather_api_com_key"], {
        alphabet: "alnum",
        min: 31,
        max: 32,
      }),
    },
  ],
  variables: { WEATHERAPI_API_KEY: "value", WEATHERAPI_KEY: "value" },
  hosts: ["api.weatherapi.com"],
  packages: {},
  rotate: { by: "person", page: "https://www.weatherapi.com/my/" },
};
