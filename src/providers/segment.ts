import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const segment: Provider = {
  id: "segment",
  title: "Segment",
  kind: "training-data",
  website: "https://segment.com",
  docs: "https://docs.segmentapis.com/tag/Getting-Started/",
  credentials: [
    {
      id: "segment-public-api-token",
      title: "Segment Public API token",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.segment",
      actsFor: "machine",
      ...named(
        ["segment_token", "segment_api_token", "segment_public_api_token", "segment_access_token"],
        ["sgp_", { alphabet: "alnum", min: 64 }],
      ),
    },
  ],
  variables: { SEGMENT_PUBLIC_API_TOKEN: "value", SEGMENT_TOKEN: "value" },
  hosts: ["api.segmentapis.com", "api.segment.io"],
  packages: {
    python: ["segment-analytics-python"],
    npm: ["@segment/analytics-node", "@segment/public-api-sdk-typescript"],
  },
  rotate: { by: "person", page: "https://app.segment.com" },
};
