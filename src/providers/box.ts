import { bearer, usualVerdicts } from "./format.ts";
import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const box: Provider = {
  id: "box",
  title: "Box",
  kind: "object-store",
  website: "https://www.box.com",
  docs: "https://developer.box.com/guides/authentication/",
  credentials: [
    {
      id: "box-developer-token",
      title: "Box developer token",
      severity: "medium",
      actsFor: "person",
      cite: betterleaks(1345),
      ...named(["box_developer_token", "box_access_token", "box_token"], "{alnum 32}"),
    },
    {
      id: "box-client-secret",
      title: "Box client secret",
      severity: "high",
      part: "client_secret",
      actsFor: "machine",
      cite: betterleaks(1345),
      ...named(["box_client_secret"], "{alnum 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "client_secret", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: {
    BOX_CLIENT_SECRET: "client_secret",
    BOX_DEVELOPER_TOKEN: "value",
    BOX_ACCESS_TOKEN: "value",
    BOX_CLIENT_ID: "client_id",
  },
  hosts: ["api.box.com"],
  packages: { python: ["boxsdk", "box-sdk-gen"], npm: ["box-node-sdk"] },
  rotate: { by: "person", page: "https://app.box.com/developers/console" },
  verify: {
    method: "GET",
    url: "https://api.box.com/2.0/users/me",
    headers: bearer,
    verdicts: usualVerdicts,
  },
};
