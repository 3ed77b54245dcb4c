import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const sumologic: Provider = {
  id: "sumologic",
  title: "Sumo Logic",
  kind: "observability",
  website: "https://www.sumologic.com",
  docs: "https://help.sumologic.com/docs/manage/security/access-keys/",
  credentials: [
    {
      id: "sumologic-access-key",
      title: "Sumo Logic access key",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(11242),
      ...named(
        ["sumologic_accesskey", "sumologic_access_key", "sumo_access_key", "sumo_key", "sumologic_secret"],
        "{alnum 64}",
      ),
    },
    {
      id: "sumologic-access-id",
      title: "Sumo Logic access id",
      severity: "low",
      part: "access_id",
      actsFor: "machine",
      cite: betterleaks(11229),
      ...named(["sumologic_accessid", "sumologic_access_id", "sumo_access_id", "sumo_id"], "su{alnum 12}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "access_id", secret: false },
  ],
  variables: {
    SUMOLOGIC_ACCESSKEY: "value",
    SUMO_ACCESS_KEY: "value",
    SUMOLOGIC_ACCESS_KEY: "value",
    SUMOLOGIC_ACCESSID: "access_id",
    SUMO_ACCESS_ID: "access_id",
  },
  hosts: ["api.sumologic.com"],
  packages: { python: ["sumologic-sdk"] },
  rotate: { by: "person", page: "https://help.sumologic.com/docs/manage/security/access-keys/" },
};
