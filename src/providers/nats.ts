import { anyCase } from "./format.ts";
import type { CredentialType, Provider, RecipePart } from "./types.ts";

const seed: RecipePart = { random: "upper", length: 55 };
// S for a seed, then a letter for user, account, operator, server or cluster: base32, checked by its last two bytes.
const nkeySeed: Pick<CredentialType, "formats" | "hits" | "misses" | "needsContext"> = {
  needsContext: true,
  formats: [
    {
      pattern: `(?:${anyCase("nkey")}|${anyCase("user_seed")}|${anyCase("nats_")})[\\w.\\-()\\[\\] \\t"'\\\\]{0,24}?(?:=|:|,|-----)[\\s\\\\"'\`]{0,6}(S[UAONC][A-Z2-7]{56})(?![A-Za-z0-9])`,
      literals: ["nkey", "user_seed", "nats_"],
      maxLength: 120,
      before: 0,
    },
  ],
  hits: [
    ["NATS_NKEY_SEED=SUA", seed],
    ['nkey: "SAA', seed, '"'],
  ],
  misses: [
    ["SUA", seed],
    ["NATS_NKEY_SEED=SXA", seed],
  ],
};

export const nats: Provider = {
  id: "nats",
  title: "NATS",
  kind: "generic",
  website: "https://nats.io",
  docs: "https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/nkey_auth",
  aliases: ["synadia"],
  credentials: [
    {
      id: "nats-nkey-seed",
      title: "NATS nkey seed",
      severity: "critical",
      cite: "https://github.com/nats-io/nkeys",
      actsFor: "machine",
      ...nkeySeed,
    },
  ],
  variables: { NATS_NKEY_SEED: "value", NATS_NKEY: "value" },
  hosts: ["connect.ngs.global"],
  packages: { python: ["nats", "nats-py"], npm: ["nats", "@nats-io/nkeys"] },
  rotate: { by: "person", page: "https://docs.nats.io/using-nats/nats-tools/nsc" },
};
