import { layout, named } from "./layout.ts";
import { betterleaks, credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const contentful: Provider = {
  id: "contentful",
  title: "Contentful",
  kind: "generic",
  website: "https://www.contentful.com",
  docs: "https://www.contentful.com/developers/docs/references/authentication/",
  credentials: [
    {
      id: "contentful-management-token",
      title: "Contentful management token",
      severity: "high",
      actsFor: "person",
      cite: credsweeper(1723),
      ...layout("CFPAT-{base64url 43}"),
    },
    {
      id: "contentful-delivery-token",
      title: "Contentful delivery token",
      severity: "low",
      part: "delivery_token",
      actsFor: "machine",
      cite: betterleaks(2387),
      ...named(
        [
          "contentful_access_token",
          "contentful_delivery_token",
          "contentful_delivery_api_token",
          "contentful_token",
        ],
        "{base64url 43}",
      ),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "delivery_token", secret: true },
    { name: "space_id", secret: false },
  ],
  variables: {
    CONTENTFUL_MANAGEMENT_TOKEN: "value",
    CONTENTFUL_ACCESS_TOKEN: "delivery_token",
    CONTENTFUL_DELIVERY_TOKEN: "delivery_token",
    CONTENTFUL_SPACE_ID: "space_id",
  },
  hosts: ["api.contentful.com", "cdn.contentful.com"],
  packages: { python: ["contentful", "contentful-management"], npm: ["contentful", "contentful-management"] },
  rotate: { by: "person", page: "https://app.contentful.com/account/profile/cma_tokens" },
};
