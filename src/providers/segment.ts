import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const segment: Provider = {
  id: "segment",
  title: "Segment",
  kind: "generic",
  website: "https://segment.com",
  docs: "https://segment.com/docs/api/public-api/",
  credentials: [
    {
      id: "segment-api-token",
      title: "Segment Public API token",
      severity: "high",
      actsFor: "machine",
      cite: betterleaks(10406),
      ...layout("sgp_{alnum 64}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "write_key", secret: true },
  ],
  variables: { SEGMENT_API_TOKEN: "value", SEGMENT_WRITE_KEY: "write_key" },
  hosts: ["api.segmentapis.com", "api.segment.io"],
  packages: { python: ["segment-analytics-python"], npm: ["@segment/analytics-node"] },
  rotate: { by: "person", page: "https://app.segment.com" },
  verify: { method: "GET", url: "https://api.segmentapis.com/", headers: bearer, verdicts: usualVerdicts },
};
