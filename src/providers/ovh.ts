import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const ovh: Provider = {
  id: "ovh",
  title: "OVHcloud",
  kind: "cloud",
  website: "https://www.ovhcloud.com",
  docs: "https://help.ovhcloud.com/csm/en-api-getting-started-ovhcloud-api",
  credentials: [
    {
      id: "ovh-application-secret",
      title: "OVHcloud application secret",
      severity: "high",
      part: "application_secret",
      actsFor: "machine",
      cite: betterleaks(9132),
      ...named(["ovh_application_secret", "ovh_app_secret"], "{alnum 32}"),
    },
    {
      id: "ovh-consumer-key",
      title: "OVHcloud consumer key",
      severity: "critical",
      part: "consumer_key",
      actsFor: "machine",
      cite: betterleaks(9162),
      ...named(["ovh_consumer_key"], "{alnum 32}"),
    },
  ],
  parts: [
    { name: "application_secret", secret: true },
    { name: "consumer_key", secret: true },
    { name: "application_key", secret: false },
  ],
  variables: {
    OVH_APPLICATION_SECRET: "application_secret",
    OVH_CONSUMER_KEY: "consumer_key",
    OVH_APPLICATION_KEY: "application_key",
  },
  hosts: ["eu.api.ovh.com", "api.us.ovhcloud.com"],
  packages: { python: ["ovh"], npm: ["ovh"] },
  rotate: { by: "person", page: "https://api.ovh.com/createToken/" },
};
