/** What a stranger's code would get in a job. */
import { effective } from "../../authority/permissions.ts";
import type { Job } from "../../model.ts";
import { listed } from "./secrets.ts";

const SCOPES = [
  "contents",
  "packages",
  "actions",
  "deployments",
  "pull-requests",
  "issues",
  "attestations",
  "pages",
  "checks",
  "statuses",
];

export interface Holdings {
  /** Upper-case names; `every secret` where all are handed over. */
  readonly secrets: readonly string[];
  readonly claims: boolean;
  /** Scopes that it may write. */
  readonly writes: readonly string[];
  /** Nothing says what the token may do. */
  readonly unknown: boolean;
}

export function holdingsOf(job: Job): Holdings {
  const secrets = job.credentials
    .filter(({ kind, scope }) => kind !== "run-token" && kind !== "literal" && scope !== "condition")
    .map(({ name }) => name ?? "every secret");
  return {
    secrets: [...new Set(secrets)],
    claims: effective(job, "id-token") === "write",
    writes: SCOPES.filter((scope) => effective(job, scope) === "write"),
    unknown: effective(job, "contents") === "unknown",
  };
}

export const isRich = ({ secrets, claims, writes, unknown }: Holdings): boolean =>
  secrets.length > 0 || claims || writes.length > 0 || unknown;

/** `` `DEPLOY_KEY` and a token with `contents: write` `` */
export function inWords({ secrets, claims, writes, unknown }: Holdings): string {
  const parts = [
    ...(secrets.length > 0 ? [listed(secrets, 3)] : []),
    ...(claims ? ["the signed identity"] : []),
    ...(writes.length > 0 ? [`a token that may write ${listed(writes, 3)}`] : []),
    ...(unknown && writes.length === 0 ? ["a token of unknown permissions"] : []),
  ];
  if (parts.length === 0) return "a token that reads";
  return parts.length === 1 ? (parts[0] ?? "") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
