import type { CredentialUse } from "../model.ts";
import { isHanded } from "./parts/secrets.ts";
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
  job({ credentials, id }, report) {
    const told = new Set<string>();
    for (const use of credentials) {
      if (!isHanded(use) || use.system === null || told.has(use.system.id)) continue;
      const cloud = CLOUDS[use.system.id];
      if (
        cloud === undefined ||
        !(cloud.keys.test(use.as ?? "") || (use.scope !== "input" && cloud.keys.test(use.name ?? "")))
      )
        continue;
      told.add(use.system.id);
      report({ span: use.span, subject: use.name ?? "", message: message(use, id, cloud.instead) });
    }
  },
};

const message = ({ name, system }: CredentialUse, job: string, instead: string): string =>
  `job \`${job}\` opens ${system?.title} with the stored \`${name}\`; ${instead} needs none`;
