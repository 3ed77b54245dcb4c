import type { CredentialUse } from "../model.ts";
import { isHanded, usesIn } from "./parts/secrets.ts";
import type { Check } from "./types.ts";

/** Clouds that trust the run's claims, by the names of what they replace. */
const CLOUDS: Readonly<Record<string, { readonly keys: RegExp; readonly instead: string }>> = {
  aws: {
    keys: /SECRET[_-]?(?:ACCESS[_-]?)?KEY|ACCESS[_-]KEY[_-]SECRET/i,
    instead: "`role-to-assume` of aws-actions/configure-aws-credentials",
  },
  google: {
    keys: /CREDENTIALS|SERVICE_ACCOUNT|SA_KEY|GCP_KEY|GOOGLE_KEY/i,
    instead: "`workload_identity_provider` of google-github-actions/auth",
  },
  azure: {
    keys: /CREDS|CREDENTIALS|CLIENT_SECRET/i,
    instead: "`client-id` with a federated credential in azure/login",
  },
  alibaba: { keys: /SECRET/i, instead: "`role-to-assume` of aliyun/configure-aliyun-credentials-action" },
  vault: { keys: /TOKEN|SECRET_?ID/i, instead: "`method: jwt` of hashicorp/vault-action" },
};

export const staticCloudKey: Check = {
  id: "static-cloud-key",
  class: "B",
  title: "a stored key opens a cloud that would trust the run itself",
  severity: "medium",
  confidence: "medium",
  systems: ["github-actions"],
  attack:
    "A key works from everywhere and until somebody replaces it; claims of a run end with it and name the job.",
  mend: "Let the cloud trust this repository's OIDC claims, and delete the key.",
  workflow(workflow, report) {
    const bySystem = new Map<string, CredentialUse[]>();
    for (const { use } of usesIn(workflow)) {
      if (!isHanded(use) || use.system === null) continue;
      const cloud = CLOUDS[use.system.id];
      if (cloud === undefined) continue;
      if (!cloud.keys.test(use.as ?? "") && (use.scope === "input" || !cloud.keys.test(use.name ?? "")))
        continue;
      bySystem.set(use.system.id, [...(bySystem.get(use.system.id) ?? []), use]);
    }
    for (const [id, [first, ...others]] of bySystem)
      if (first !== undefined)
        report({
          span: first.span,
          subject: first.name ?? "",
          message: `the stored \`${first.name}\` opens ${first.system?.title}; ${CLOUDS[id]?.instead} needs none`,
          related: others.map(({ span, name }) => ({ span, message: `\`${name}\`` })),
        });
  },
};
