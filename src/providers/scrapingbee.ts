import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const scrapingbee: Provider = {
  id: "scrapingbee",
  title: "ScrapingBee",
  kind: "generic",
  website: "https://www.scrapingbee.com",
  docs: "https://www.scrapingbee.com/documentation/",
  credentials: [
    {
      id: "scrapingbee-api-key",
      title: "ScrapingBee API key",
      severity: "medium",
      cite: "https://www.scrapingbee.com/documentation/",
      actsFor: "machine",
      ...opaque(["scrapingbee_api_key"]),
    },
  ],
  variables: { SCRAPINGBEE_API_KEY: "value" },
  hosts: ["app.scrapingbee.com"],
  packages: { python: ["scrapingbee"], npm: ["scrapingbee"] },
  rotate: { by: "person", page: "https://www.scrapingbee.com/documentation/" },
};
