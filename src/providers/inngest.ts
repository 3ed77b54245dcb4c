import { either } from "./format.ts";
import { named, sequence } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const inngest: Provider = {
  id: "inngest",
  title: "Inngest",
  kind: "generic",
  website: "https://www.inngest.com",
  docs: "https://www.inngest.com/docs",
  credentials: [
    {
      id: "inngest-signing-key",
      title: "Inngest signing key",
      severity: "critical",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/inngest.yml",
      actsFor: "machine",
      ...either(
        sequence(["signkey-prod-", { alphabet: "hex", min: 64 }]),
        sequence(["signkey-test-", { alphabet: "hex", min: 64 }]),
        sequence(["signkey-branch-", { alphabet: "hex", min: 64 }]),
        sequence(["signkey-staging-", { alphabet: "hex", min: 64 }]),
      ),
    },
    {
      id: "inngest-event-key",
      title: "Inngest event key",
      severity: "medium",
      cite: "https://github.com/mongodb/kingfisher/blob/v1.112.0/crates/kingfisher-rules/data/rules/inngest.yml",
      actsFor: "machine",
      part: "event_key",
      ...named(["inngest_event_key"], { alphabet: "base64url", min: 86 }),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "event_key", secret: true },
  ],
  variables: { INNGEST_SIGNING_KEY: "value", INNGEST_EVENT_KEY: "event_key" },
  hosts: ["api.inngest.com", "inn.gs"],
  packages: { python: ["inngest"], npm: ["inngest"] },
  rotate: { by: "person", page: "https://app.inngest.com/env/production/manage/signing-key" },
};
