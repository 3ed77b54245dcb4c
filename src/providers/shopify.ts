import { layout } from "./layout.ts";
import { betterleaks, credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const shopify: Provider = {
  id: "shopify",
  title: "Shopify",
  kind: "generic",
  website: "https://www.shopify.com",
  docs: "https://shopify.dev/docs/apps/build/authentication-authorization",
  credentials: [
    {
      id: "shopify-access-token",
      title: "Shopify access token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(10631),
      ...layout("shpat_{anyhex 32}"),
    },
    {
      id: "shopify-custom-app-token",
      title: "Shopify custom app access token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(10644),
      ...layout("shpca_{anyhex 32}"),
    },
    {
      id: "shopify-private-app-token",
      title: "Shopify private app access token",
      severity: "critical",
      actsFor: "machine",
      cite: betterleaks(10657),
      ...layout("shppa_{anyhex 32}"),
    },
    {
      id: "shopify-storefront-token",
      title: "Shopify access token of a theme kit app",
      severity: "high",
      part: "theme_token",
      actsFor: "machine",
      cite: credsweeper(751),
      ...layout("shptka_{anyhex 32}"),
    },
    {
      id: "shopify-shared-secret",
      title: "Shopify app shared secret",
      severity: "high",
      part: "api_secret",
      actsFor: "machine",
      cite: betterleaks(10670),
      ...layout("shpss_{anyhex 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "theme_token", secret: true },
    { name: "api_secret", secret: true },
    { name: "api_key", secret: false },
  ],
  variables: {
    SHOPIFY_ACCESS_TOKEN: "value",
    SHOPIFY_ADMIN_ACCESS_TOKEN: "value",
    SHOPIFY_API_SECRET: "api_secret",
    SHOPIFY_API_KEY: "api_key",
    SHOPIFY_ADMIN_API_ACCESS_TOKEN: "value",
  },
  hosts: ["*.myshopify.com"],
  packages: { python: ["ShopifyAPI"], npm: ["@shopify/shopify-api", "@shopify/cli"] },
  rotate: { by: "person", page: "https://partners.shopify.com" },
};
