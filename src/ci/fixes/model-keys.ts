/**
 * Stored keys of model providers → a short token that the provider gives for the run's claims, with the rule that must be there first.
 * https://developers.openai.com/api/reference/workload-identity-federation
 * https://platform.claude.com/docs/en/manage-claude/wif-reference
 */
import type { Fix, TextEdit } from "../checks/types.ts";
import type { Job, Setting, Step } from "../model.ts";
import { span } from "../spans.ts";
import { eolOf, isBlockKey } from "./edits.ts";
import { identityEdit, subjectOf } from "./static-keys.ts";

interface Exchange {
  /** The variable with the stored key, and the one that the provider's clients read a token from. */
  readonly key: string;
  readonly token: string;
  readonly audience: string;
  readonly address: string;
  /** Members of the request, as jq writes them; `env.CLAIMS` is the run's JWT. */
  readonly body: Readonly<Record<string, string>>;
  /** Settings of the repository that hold the provider's ids. */
  readonly ids: readonly string[];
  readonly note: (subject: string) => string;
}

const ISSUER = "https://token.actions.githubusercontent.com";

const EXCHANGES: Readonly<Record<string, Exchange>> = {
  openai: {
    key: "OPENAI_API_KEY",
    token: "OPENAI_API_KEY",
    audience: "https://api.openai.com/v1",
    address: "https://auth.openai.com/oauth/token",
    body: {
      grant_type: '"urn:ietf:params:oauth:grant-type:token-exchange"',
      subject_token_type: '"urn:ietf:params:oauth:token-type:jwt"',
      subject_token: "env.CLAIMS",
      identity_provider_id: "env.OPENAI_IDENTITY_PROVIDER_ID",
      service_account_id: "env.OPENAI_SERVICE_ACCOUNT_ID",
    },
    ids: ["OPENAI_IDENTITY_PROVIDER_ID", "OPENAI_SERVICE_ACCOUNT_ID"],
    note: (subject) =>
      `workload identity provider at OpenAI: issuer ${ISSUER}, audience https://api.openai.com/v1; mapping of a service account of this one project: sub equals ${subject}`,
  },
  anthropic: {
    key: "ANTHROPIC_API_KEY",
    token: "ANTHROPIC_AUTH_TOKEN",
    audience: "https://api.anthropic.com",
    address: "https://api.anthropic.com/v1/oauth/token",
    body: {
      grant_type: '"urn:ietf:params:oauth:grant-type:jwt-bearer"',
      assertion: "env.CLAIMS",
      federation_rule_id: "env.ANTHROPIC_FEDERATION_RULE_ID",
      organization_id: "env.ANTHROPIC_ORGANIZATION_ID",
      service_account_id: "env.ANTHROPIC_SERVICE_ACCOUNT_ID",
    },
    ids: ["ANTHROPIC_FEDERATION_RULE_ID", "ANTHROPIC_ORGANIZATION_ID", "ANTHROPIC_SERVICE_ACCOUNT_ID"],
    note: (subject) =>
      `federation rule at Anthropic: issuer ${ISSUER}, audience https://api.anthropic.com, subject exactly ${subject}, scope workspace:inference, one workspace, a service account of its own`,
  },
};

/** Of the step that holds the key, and of every other step of its job that does. Null where no edit is sure. */
export function federatedModelKey(step: Step): Fix | null {
  const { owner } = step;
  // Elsewhere nobody knows whether curl and jq are there.
  if (owner.kind !== "job" || owner.container !== null || owner.runner?.hosting !== "hosted") return null;
  for (const [id, exchange] of Object.entries(EXCHANGES)) {
    const users = owner.steps.flatMap((one) => holding(one, exchange.key));
    if (users.some(({ step: one }) => one === step)) return exchanged(owner, { id, exchange, users });
  }
  return null;
}

interface User {
  readonly step: Step;
  readonly setting: Setting;
}

/** `KEY: ${{ secrets.NAME }}` in a step's own `env`, and nothing else in it. */
function holding(step: Step, key: string): User[] {
  const { file } = step.span;
  return step.env.flatMap((setting) => {
    const { name, nameSpan, value } = setting;
    const own =
      nameSpan.file === file && nameSpan.start >= step.span.start && value.span.end <= step.span.end;
    return name === key &&
      own &&
      isBlockKey(file, nameSpan.start) &&
      /^\$\{\{\s*secrets\.\w+\s*\}\}$/.test(value.value)
      ? [{ step, setting }]
      : [];
  });
}

function exchanged(
  job: Job,
  {
    id,
    exchange,
    users,
  }: { readonly id: string; readonly exchange: Exchange; readonly users: readonly User[] },
): Fix | null {
  const [first] = users;
  if (first === undefined || job.steps.some((one) => one.id?.value === id)) return null;
  const conditions = new Set(users.map(({ step }) => step.condition?.text.value ?? ""));
  const [condition = ""] = conditions;
  if (conditions.size > 1 || condition.includes("\n")) return null;
  const permission = identityEdit(job);
  const before = stepBefore(first.step, stepLines(id, exchange, condition));
  if (permission === null || before === null) return null;
  return {
    title: `let the run's own identity give ${exchange.token} in place of the stored ${exchange.key}`,
    safety: "review",
    note: `${exchange.note(subjectOf(job))}; then set the variables ${exchange.ids.join(", ")} of the repository, and delete the stored key`,
    edits: [
      ...permission,
      before,
      ...users.map(({ setting: { nameSpan, value } }) => ({
        span: span(nameSpan.file, nameSpan.start, value.span.end),
        text: `${exchange.token}: \${{ steps.${id}.outputs.token }}`,
      })),
    ],
  };
}

/** Claims and tokens go through variables and pipes: arguments are everybody's to read. */
function stepLines(id: string, { audience, address, body, ids }: Exchange, condition: string): string[] {
  const members = Object.entries(body).map(([name, value]) => `${name}: ${value}`);
  return [
    `- id: ${id}`,
    ...(condition === "" ? [] : [`  if: ${condition}`]),
    "  env:",
    ...ids.map((name) => `    ${name}: \${{ vars.${name} }}`),
    // With it a refused request ends the step, also in front of a pipe.
    "  shell: bash",
    "  run: |",
    `    CLAIMS=$(printf 'authorization: bearer %s' "$ACTIONS_ID_TOKEN_REQUEST_TOKEN" | curl -sSf -H @- "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=${encodeURIComponent(audience)}" | jq -r .value)`,
    "    export CLAIMS",
    `    token=$(jq -n '{${members.join(", ")}}' | curl -sSf -H 'content-type: application/json' --data @- ${address} | jq -er .access_token)`,
    '    echo "::add-mask::$token"',
    '    echo "token=$token" >> "$GITHUB_OUTPUT"',
  ];
}

/** In front of the step and of the comments right above it. Null where it stands in a flow list. */
function stepBefore({ span: { file, start } }: Step, lines: readonly string[]): TextEdit | null {
  const { text } = file;
  const own = text.lastIndexOf("\n", start - 1) + 1;
  if (!/^ *- +$/.test(text.slice(own, start))) return null;
  const indent = " ".repeat(text.slice(own, start).indexOf("-"));
  let at = own;
  for (;;) {
    const above = text.lastIndexOf("\n", at - 2) + 1;
    if (at === 0 || !new RegExp(`^${indent}#`).test(text.slice(above, at))) break;
    at = above;
  }
  const eol = eolOf(file);
  return { span: span(file, at, at), text: lines.map((line) => indent + line + eol).join("") };
}
