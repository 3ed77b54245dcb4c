import { bearer, usualVerdicts } from "./format.ts";
import { layout } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const frameio: Provider = {
  id: "frameio",
  title: "Frame.io",
  kind: "generic",
  website: "https://frame.io",
  docs: "https://developer.frame.io/docs/getting-started/authentication",
  credentials: [
    {
      id: "frameio-token",
      title: "Frame.io developer token",
      severity: "high",
      actsFor: "person",
      cite: betterleaks(3639),
      ...layout("fio-u-{base64url 64}"),
    },
  ],
  variables: { FRAMEIO_TOKEN: "value", FRAME_IO_TOKEN: "value" },
  hosts: ["api.frame.io"],
  packages: { python: ["frameioclient"] },
  rotate: { by: "person", page: "https://developer.frame.io/app/tokens" },
  verify: { method: "GET", url: "https://api.frame.io/v2/me", headers: bearer, verdicts: usualVerdicts },
};
