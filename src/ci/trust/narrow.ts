/**
 * The narrowest policy that still admits today's jobs, in the format of its own system. Jobs that are seen to log in to the role count
 * alone where there are any; of refs that may be any, those that the triggers name.
 */
import type { Json } from "../../core/json-bytes.ts";
import type { Admission } from "./index.ts";
import { type LocatedPolicy, testsOf } from "./policies.ts";

export function narrowest(located: LocatedPolicy, jobs: readonly Admission[]): Json | null {
  const admitted = jobs.filter((one) => one.admitted !== false);
  const meant = admitted.filter((one) => logsInto(one, located.policy.target));
  const chosen = meant.length > 0 ? meant : admitted;
  const fixed = chosen.filter(({ anyRef }) => !anyRef);
  const kept = fixed.length > 0 ? fixed : chosen;
  if (kept.length === 0) return null;
  return FORMATS[located.policy.system](located, kept);
}

const last = (text: string): string => text.replace(/^.*[/:]/, "");

const logsInto = ({ job }: Admission, target: string | null): boolean =>
  target !== null &&
  job.identities.some(({ usedBy }) =>
    usedBy.some((act) => act.target !== null && last(act.target) === last(target)),
  );

const unique = (texts: readonly string[]): string[] => [...new Set(texts)].sort();
const claim = (one: Admission, name: string): string | null => {
  const value = one.claims[name];
  return typeof value === "string" ? value : null;
};
const subjects = (jobs: readonly Admission[]): string[] =>
  unique(jobs.flatMap((one) => claim(one, "sub") ?? []));
/** One value as it is, several as a list. */
const oneOf = (values: readonly string[]): Json => (values.length === 1 ? (values[0] ?? "") : [...values]);

const testsIn = ({ policy }: LocatedPolicy, wanted: string): string[] =>
  unique(
    policy.statements.flatMap(({ formula }) =>
      testsOf(formula)
        .filter((one) => one.claim === wanted)
        .flatMap(({ values }) => values.map(String)),
    ),
  );

type Format = (located: LocatedPolicy, jobs: readonly Admission[]) => Json;

const FORMATS: Readonly<Record<LocatedPolicy["policy"]["system"], Format>> = {
  aws(located, jobs) {
    const issuer = (claim(jobs[0] as Admission, "iss") ?? "").replace(/^https:\/\//, "");
    const numbers = ["repository_id", "repository_owner_id"].flatMap((name) => {
      const values = testsIn(located, name);
      return values.length === 0 ? [] : [[`${issuer}:${name}`, oneOf(values)] as const];
    });
    return {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: {
            Federated: federated(located.document) ?? `arn:aws:iam::ACCOUNT:oidc-provider/${issuer}`,
          },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              [`${issuer}:aud`]: oneOf(
                testsIn(located, "aud").length > 0 ? testsIn(located, "aud") : ["sts.amazonaws.com"],
              ),
              [`${issuer}:sub`]: oneOf(subjects(jobs)),
              ...Object.fromEntries(numbers),
            },
          },
        },
      ],
    };
  },
  google(located, jobs) {
    const quoted = (text: string): string => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
    const ways = unique(
      jobs.map((one) =>
        ["repository", "project_path", "ref", "environment"]
          .flatMap((name) => {
            const value = claim(one, name);
            return value === null ? [] : [`assertion.${name} == ${quoted(value)}`];
          })
          .join(" && "),
      ),
    );
    const owners = ["repository_id", "repository_owner_id"].flatMap((name) =>
      testsIn(located, name)
        .slice(0, 1)
        .map((value) => `assertion.${name} == ${quoted(value)} && `),
    );
    const condition = `${owners.join("")}${ways.length === 1 ? (ways[0] ?? "") : `(${ways.map((one) => `(${one})`).join(" || ")})`}`;
    // What its bindings say stands elsewhere.
    const { members: _, ...before } = located.document as Readonly<Record<string, Json>>;
    const key =
      "attribute_condition" in before || "attribute_mapping" in before
        ? "attribute_condition"
        : "attributeCondition";
    return { ...before, [key]: condition };
  },
  azure: (located, jobs) =>
    subjects(jobs).map((subject, index) => ({
      name: `${located.policy.target ?? "ci"}-${index + 1}`,
      issuer: claim(jobs[0] as Admission, "iss"),
      subject,
      audiences:
        testsIn(located, "aud").length > 0 ? testsIn(located, "aud") : ["api://AzureADTokenExchange"],
    })),
  npm: publisher,
  pypi: publisher,
  vault: role,
  bulkhead: role,
};

function publisher({ document }: LocatedPolicy, jobs: readonly Admission[]): Json {
  const environments = unique(jobs.flatMap(({ environment }) => environment ?? []));
  const every = jobs.every(({ environment }) => environment !== null);
  const before = document as Readonly<Record<string, Json>>;
  return every && environments.length === 1 ? { ...before, environment: environments[0] ?? null } : before;
}

/** Lists of a role are joined crosswise: where that would let in more, the subject says it alone. */
function role(located: LocatedPolicy, jobs: readonly Admission[]): Json {
  const names = ["repository", "project_path", "ref", "environment", "workflow_ref"];
  const claims = Object.fromEntries(
    names.flatMap((name) => {
      const values = jobs.map((one) => claim(one, name));
      return values.some((value) => value === null) ? [] : [[name, unique(values as string[])] as const];
    }),
  );
  const crosses = Object.values(claims).filter((values) => values.length > 1).length > 1;
  const numbers = ["repository_id", "repository_owner_id", "project_id"].flatMap((name) => {
    const values = testsIn(located, name);
    return values.length === 0 ? [] : [[name, values] as const];
  });
  const bound = {
    ...(crosses ? { ...claims, sub: subjects(jobs) } : claims),
    ...Object.fromEntries(numbers),
  };
  const before = (located.document ?? {}) as Readonly<Record<string, Json>>;
  const audiences = testsIn(located, "aud");
  return {
    ...before,
    bound_audiences: audiences.length > 0 ? audiences : ["bulkhead"],
    bound_claims_type: "string",
    bound_claims: bound,
  };
}

/** The provider that the document names. */
function federated(document: Json): Json | null {
  const list = (document as { readonly Statement?: Json } | null)?.Statement;
  for (const one of Array.isArray(list) ? (list as readonly Json[]) : [list ?? null]) {
    const principal = (one as { readonly Principal?: { readonly Federated?: Json } } | null)?.Principal;
    if (principal?.Federated !== undefined) return principal.Federated;
  }
  return null;
}
