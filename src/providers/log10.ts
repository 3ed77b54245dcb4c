import { opaque } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const log10: Provider = {
  id: "log10",
  title: "Log10",
  kind: "observability",
  website: "https://log10.io",
  docs: "https://github.com/log10-io/log10",
  credentials: [
    {
      id: "log10-token",
      title: "Log10 token",
      severity: "medium",
      cite: "https://github.com/log10-io/log10",
      actsFor: "machine",
      ...opaque(["log10_token"]),
    },
  ],
  variables: { LOG10_TOKEN: "value" },
  hosts: ["log10.io"],
  packages: { python: ["log10", "log10-io"] },
  rotate: { by: "person", page: "https://github.com/log10-io/log10" },
};
