import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const dataGov: Provider = {
  id: "data-gov",
  title: "Data.gov",
  kind: "training-data",
  website: "https://data.gov",
  docs: "https://api.data.gov/docs/api-key/",
  aliases: ["nasa"],
  credentials: [
    {
      id: "data-gov-api-key",
      title: "api.data.gov API key",
      severity: "low",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/datagov.yml",
      actsFor: "machine",
      ...named(["datagov_api_key", "data_gov_api_key", "nasa_api_key"], { alphabet: "alnum", min: 40 }),
    },
  ],
  variables: { DATA_GOV_API_KEY: "value", NASA_API_KEY: "value" },
  hosts: ["api.data.gov", "api.nasa.gov"],
  packages: {},
  rotate: { by: "person", page: "https://api.data.gov/signup/" },
};
