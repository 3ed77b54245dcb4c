/** What a platform's identity token says, once the store has believed it: facts for the receipt. */
import type { RunIdentity } from "../../run/receipt.ts";
import type { StageLogin } from "./enter.ts";

/** Where and what ran, by the platforms' own names. No other claim is taken over. */
const CLAIMS = [
  ...["iss", "sub", "aud", "jti", "iat", "exp"],
  ...[
    "repository",
    "repository_id",
    "ref",
    "ref_type",
    "sha",
    "workflow_ref",
    "job_workflow_ref",
    "event_name",
  ],
  ...["run_id", "run_attempt", "actor", "environment", "runner_environment"],
  ...[
    "project_path",
    "project_id",
    "pipeline_id",
    "pipeline_source",
    "job_id",
    "ref_protected",
    "user_login",
  ],
  ...["oidc.circleci.com/project-id", "oidc.circleci.com/vcs-origin", "oidc.circleci.com/vcs-ref"],
  ...["organization_slug", "pipeline_slug", "build_number", "build_branch", "build_commit", "step_key"],
  ...["repositoryUuid", "pipelineUuid", "stepUuid", "branchName"],
] as const;
const LONGEST = 500;

export function stageIdentity({ by, proof }: Pick<StageLogin, "by" | "proof">): RunIdentity {
  if (by === "AppRole") return { kind: "role", name: by };
  return { kind: "platform", name: by, claims: claimsOf(proof.reveal()) };
}

/** Never the signature: what is taken proves nothing to anyone else. */
function claimsOf(token: Buffer): Readonly<Record<string, string>> {
  const [, middle = ""] = token.toString("latin1").split(".");
  let claims: Readonly<Record<string, unknown>>;
  try {
    claims = JSON.parse(Buffer.from(middle, "base64url").toString("utf8")) as typeof claims;
  } catch {
    return {};
  }
  const found = CLAIMS.flatMap((name): [string, string][] => {
    const value = claims[name];
    const one: unknown = Array.isArray(value) ? value.join(" ") : value;
    return ["string", "number", "boolean"].includes(typeof one)
      ? [[name, String(one).slice(0, LONGEST).toWellFormed()]]
      : [];
  });
  const kubernetes = claims["kubernetes.io"] as { namespace?: unknown } | undefined;
  const namespace = typeof kubernetes?.namespace === "string" ? kubernetes.namespace : null;
  return Object.fromEntries(namespace === null ? found : [...found, ["kubernetes.io/namespace", namespace]]);
}
