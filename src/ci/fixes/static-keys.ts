/** Static cloud keys → the run's own identity, with the trust policy that must be there first. */
import type { Fix, TextEdit } from "../checks/types.ts";
import { effective } from "../authority/permissions.ts";
import type { Job, Setting, Step } from "../model.ts";
import { span } from "../spans.ts";
import { beforeKey, indentAt, isBlockKey, wholeLines } from "./edits.ts";

interface Exchange {
  /** Inputs that go. */
  readonly drops: readonly string[];
  /** Inputs that come, in their order. */
  readonly brings: Readonly<Record<string, string>>;
  /** Already an exchange when one of these is given. */
  readonly done: readonly string[];
  readonly note: (subject: string) => string;
}

const EXCHANGES: Readonly<Record<string, Exchange>> = {
  "aws-actions/configure-aws-credentials": {
    drops: ["aws-access-key-id", "aws-secret-access-key", "aws-session-token"],
    brings: { "role-to-assume": "${{ vars.AWS_ROLE_TO_ASSUME }}" },
    done: ["role-to-assume"],
    note: (subject) =>
      `trust policy of the role: ${JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: {
              Federated: "arn:aws:iam::ACCOUNT:oidc-provider/token.actions.githubusercontent.com",
            },
            Action: "sts:AssumeRoleWithWebIdentity",
            Condition: {
              StringEquals: {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "token.actions.githubusercontent.com:sub": subject,
              },
            },
          },
        ],
      })}`,
  },
  "google-github-actions/auth": {
    drops: ["credentials_json"],
    brings: {
      workload_identity_provider: "${{ vars.GCP_WORKLOAD_IDENTITY_PROVIDER }}",
      service_account: "${{ vars.GCP_SERVICE_ACCOUNT }}",
    },
    done: ["workload_identity_provider"],
    note: (subject) =>
      `provider: attribute mapping google.subject=assertion.sub, attribute condition assertion.sub == '${subject}'; grant roles/iam.workloadIdentityUser on the service account to principal://iam.googleapis.com/projects/NUMBER/locations/global/workloadIdentityPools/POOL/subject/${subject}`,
  },
  "azure/login": {
    drops: ["creds"],
    brings: {
      "client-id": "${{ vars.AZURE_CLIENT_ID }}",
      "tenant-id": "${{ vars.AZURE_TENANT_ID }}",
      "subscription-id": "${{ vars.AZURE_SUBSCRIPTION_ID }}",
    },
    done: ["client-id"],
    note: (subject) =>
      `federated credential of the application: issuer https://token.actions.githubusercontent.com, audience api://AzureADTokenExchange, subject ${subject}`,
  },
  "pypa/gh-action-pypi-publish": {
    drops: ["password", "user"],
    brings: {},
    done: [],
    note: (subject) =>
      `trusted publisher of the project on PyPI: this repository, this workflow's file, the environment of ${subject}`,
  },
};

/** Null where the step hands over no static key, or no edit is sure. */
export function ownIdentity(step: Step): Fix | null {
  const { owner, uses } = step;
  if (uses === null || owner.kind !== "job") return null;
  const exchange = Object.hasOwn(EXCHANGES, uses.slug) ? EXCHANGES[uses.slug] : undefined;
  if (exchange === undefined || step.with.some(({ name }) => exchange.done.includes(name.toLowerCase())))
    return null;
  const dropped = step.with.filter(({ name }) => exchange.drops.includes(name.toLowerCase()));
  const [first] = dropped;
  const { file } = step.span;
  if (first === undefined || dropped.some((one) => !isBlockKey(file, one.nameSpan.start))) return null;
  const permission = identityEdit(owner);
  if (permission === null) return null;
  return {
    title: `use the run's own identity in place of ${dropped.map(({ name }) => name).join(", ")}`,
    safety: "review",
    note: exchange.note(subjectOf(owner)),
    edits: [...permission, ...swap(step, dropped, exchange)],
  };
}

function swap(step: Step, dropped: readonly Setting[], { brings }: Exchange): TextEdit[] {
  const { file } = step.span;
  const [first] = dropped;
  if (first === undefined) return [];
  const indent = indentAt(file, first.nameSpan.start);
  const lines = Object.entries(brings).map(([name, value]) => `${name}: ${value}`);
  // `with:` must not stay behind empty.
  const all = dropped.length === step.with.length && lines.length === 0;
  return dropped.map((one, at) => {
    const key = all && at === 0 ? file.text.lastIndexOf("with", one.nameSpan.start) : one.nameSpan.start;
    if (at === 0 && lines.length > 0)
      return { span: span(file, one.nameSpan.start, one.value.span.end), text: lines.join(`\n${indent}`) };
    const whole = wholeLines(file, key, one.value.span.end);
    return { span: span(file, whole.start, whole.end), text: "" };
  });
}

/** `id-token: write` on the job itself; empty where it has it. */
export function identityEdit(job: Job): TextEdit[] | null {
  if (effective(job, "id-token") === "write") return [];
  const { permissions } = job;
  const { file } = permissions.span;
  const [first] = permissions.entries;
  if (permissions.kind === "map" && first !== undefined) {
    const edit = beforeKey(file, first.span.start, ["id-token: write"]);
    return edit === null ? null : [edit];
  }
  if (permissions.kind !== "absent") return null;
  // What the workflow gave holds no more once the job says something; of settings nobody knows what they gave.
  const { kind, entries } = job.workflow.permissions;
  const kept =
    kind === "map" ? entries.map(({ scope, access }) => `  ${scope}: ${access}`) : ["  contents: read"];
  const edit = beforeKey(file, permissions.span.start, ["permissions:", ...kept, "  id-token: write"]);
  return edit === null ? null : [edit];
}

/** As GitHub forms it by default; the environment replaces the ref. */
export function subjectOf({ environment, workflow }: Job): string {
  const { slug } = workflow.repository;
  const repository = slug === null ? "OWNER/REPOSITORY" : `${slug.owner}/${slug.name}`;
  const name =
    environment === null ? null : (environment.constant ?? environment.candidates[0] ?? "ENVIRONMENT");
  return `repo:${repository}:${name === null ? "ref:refs/heads/main" : `environment:${name}`}`;
}
