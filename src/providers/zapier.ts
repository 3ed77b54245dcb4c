import { layout } from "./layout.ts";
import { trufflehog } from "./sources.ts";
import type { Provider } from "./types.ts";

export const zapier: Provider = {
  id: "zapier",
  title: "Zapier",
  kind: "webhook",
  website: "https://zapier.com",
  docs: "https://help.zapier.com/hc/en-us/articles/8496288690317",
  credentials: [
    {
      id: "zapier-webhook",
      title: "Zapier webhook address",
      severity: "low",
      actsFor: "machine",
      cite: trufflehog(
        "114f4b69892d2d348055a143cc48ebbd5521f31d/pkg/detectors/zapierwebhook/zapierwebhook.go",
      ),
      ...layout("https://hooks.zapier.com/hooks/catch/{digits 6-9}/{lower 6-9}"),
    },
  ],
  variables: { ZAPIER_WEBHOOK_URL: "value", ZAPIER_WEBHOOK: "value" },
  hosts: ["hooks.zapier.com"],
  packages: {},
  rotate: { by: "person", page: "https://zapier.com/app/zaps" },
};
