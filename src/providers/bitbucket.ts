import { layout, named } from "./layout.ts";
import { betterleaks, credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const bitbucket: Provider = {
  id: "bitbucket",
  title: "Bitbucket",
  kind: "source-control",
  website: "https://bitbucket.org",
  docs: "https://support.atlassian.com/bitbucket-cloud/docs/access-tokens/",
  credentials: [
    {
      id: "bitbucket-access-token",
      title: "Bitbucket repository, project or workspace access token",
      severity: "critical",
      actsFor: "machine",
      cite: credsweeper(1095),
      ...layout("ATCTT3xFfGN0{base64url 80-800}={anyhex 8}", { check: "crc32-hex" }),
    },
    {
      id: "bitbucket-app-password",
      title: "Bitbucket app password",
      severity: "critical",
      part: "app_password",
      actsFor: "person",
      cite: credsweeper(1080),
      ...layout("ATBB{alnum 24}{anyhex 8}", { check: "crc32-hex" }),
    },
    {
      id: "bitbucket-data-center-token",
      title: "Bitbucket Data Center HTTP access token",
      severity: "critical",
      part: "data_center_token",
      actsFor: "person",
      cite: credsweeper(1110),
      ...layout("BBDC-{base64 44}"),
    },
    {
      id: "bitbucket-client-secret",
      title: "Bitbucket client secret",
      severity: "high",
      part: "client_secret",
      actsFor: "machine",
      cite: betterleaks(1222),
      ...named(["bitbucket_client_secret", "bitbucket_oauth_secret", "bitbucket_secret"], "{base64url 64}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "app_password", secret: true },
    { name: "data_center_token", secret: true },
    { name: "client_secret", secret: true },
    { name: "username", secret: false },
    { name: "client_id", secret: false },
  ],
  variables: {
    BITBUCKET_TOKEN: "value",
    BITBUCKET_ACCESS_TOKEN: "value",
    BITBUCKET_APP_PASSWORD: "app_password",
    BITBUCKET_USERNAME: "username",
    BITBUCKET_CLIENT_SECRET: "client_secret",
    BITBUCKET_CLIENT_ID: "client_id",
  },
  hosts: ["api.bitbucket.org", "bitbucket.org"],
  packages: { python: ["bitbucket-api"], npm: ["bitbucket"] },
  rotate: { by: "person", page: "https://bitbucket.org/account/settings/app-passwords/" },
};
