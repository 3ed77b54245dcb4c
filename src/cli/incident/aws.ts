/**
 * AWS: sessions of a role end by a policy that denies everything to those issued before this moment (what the console's "revoke active
 * sessions" does), and a repository leaves a role's trust by taking out the statements that name it.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
 */
import { awsEndpoint, awsIdentity } from "../../managers/aws-credentials.ts";
import { type AwsAnswer, type AwsCredentials, awsCall } from "../../managers/aws-request.ts";
import { parseReference } from "../../managers/index.ts";
import type { Action } from "../../incident/index.ts";
import type { Outcome, Work } from "./work.ts";

type Sessions = Extract<Action, { readonly do: "aws-sessions" }>;
type Trust = Extract<Action, { readonly do: "aws-trust" }>;

const POLICY = "BulkheadIncident";
const REGION = "us-east-1";

type Iam = (action: string, parameters: Readonly<Record<string, string>>) => Promise<AwsAnswer>;

async function iamOf({ env }: Work): Promise<Iam> {
  const { credentials } = await awsIdentity(
    parseReference("aws-sm://incident"),
    { env, cwd: process.cwd() },
    REGION,
  );
  return (action, parameters) => call(credentials, env, { action, parameters });
}

const call = (
  credentials: AwsCredentials,
  env: NodeJS.ProcessEnv,
  { action, parameters }: { readonly action: string; readonly parameters: Readonly<Record<string, string>> },
): Promise<AwsAnswer> =>
  awsCall({
    ...{ credentials, action, parameters, service: "iam", region: REGION, version: "2010-05-08", retries: 3 },
    endpoint:
      env.AWS_ENDPOINT_URL_IAM || env.AWS_ENDPOINT_URL
        ? awsEndpoint(env, "iam", REGION)
        : "https://iam.amazonaws.com",
  });

export async function endAwsSessions({ role }: Sessions, work: Work): Promise<Outcome> {
  const iam = await iamOf(work);
  if (work.rehearse) {
    await iam("GetRole", { RoleName: role });
    return { state: "done", note: "would deny all to its sessions: the role is there" };
  }
  const before = new Date().toISOString();
  const document = {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Deny",
        Action: ["*"],
        Resource: ["*"],
        Condition: { DateLessThan: { "aws:TokenIssueTime": before } },
      },
    ],
  };
  await iam("PutRolePolicy", {
    RoleName: role,
    PolicyName: POLICY,
    PolicyDocument: JSON.stringify(document),
  });
  const kept = (await iam("GetRolePolicy", { RoleName: role, PolicyName: POLICY })).text("PolicyDocument");
  if (!decodeURIComponent(kept).includes(before))
    throw new Error("the role does not show the policy that was put");
  return { state: "done", note: `sessions from before ${before} are denied everything` };
}

interface Document {
  readonly Statement?: unknown;
}

export async function removeAwsTrust({ role, owner, name }: Trust, work: Work): Promise<Outcome> {
  const iam = await iamOf(work);
  const read = async (): Promise<Document> =>
    JSON.parse(
      decodeURIComponent((await iam("GetRole", { RoleName: role })).text("AssumeRolePolicyDocument")),
    ) as Document;
  const document = await read();
  const statements = Array.isArray(document.Statement)
    ? (document.Statement as unknown[])
    : [document.Statement];
  if (statements.some((one) => names(one, owner, name) && !isAlone(one, owner, name)))
    return {
      state: "waiting",
      note: "a statement that names other repositories too, or that denies, names this one: edit it by hand",
    };
  const kept = statements.filter((statement) => !names(statement, owner, name));
  const removed = statements.length - kept.length;
  if (work.rehearse)
    return { state: "done", note: `would take out ${removed} of ${statements.length} statements` };
  if (removed === 0)
    return {
      state: "waiting",
      note: "no statement names the repository: look at the wildcards of the trust policy",
    };
  // a policy must have a statement: this one lets nobody in
  const nobody = { Effect: "Deny", Principal: "*", Action: "sts:AssumeRole" };
  const next = { ...document, Statement: kept.length > 0 ? kept : [nobody] };
  await iam("UpdateAssumeRolePolicy", { RoleName: role, PolicyDocument: JSON.stringify(next) });
  const after = await read();
  const left = (Array.isArray(after.Statement) ? (after.Statement as unknown[]) : [after.Statement]).some(
    (one) => names(one, owner, name),
  );
  if (left) throw new Error("the trust policy still names the repository");
  return {
    state: "done",
    note: `${removed} of ${statements.length} statements taken out; kept for later: ${JSON.stringify(statements.filter((one) => names(one, owner, name)))}`,
  };
}

const subjectsOf = (statement: unknown): string[] =>
  [
    ...JSON.stringify((statement as { Condition?: unknown } | null)?.Condition ?? {})
      .toLowerCase()
      .matchAll(/"repo:([^"]*)"/g),
  ].map(([, rest = ""]) => rest);

/** Whether it can be taken out: taking out a denial would widen, and others' trust is not ours to end. */
const isAlone = (statement: unknown, owner: string, name: string): boolean =>
  (statement as { Effect?: unknown } | null)?.Effect === "Allow" &&
  subjectsOf(statement).every((subject) => subject.split(":")[0] === `${owner}/${name}`.toLowerCase());

/** A subject of this repository, or of a pattern that takes it in. */
function names(statement: unknown, owner: string, name: string): boolean {
  const own = `${owner}/${name}`.toLowerCase();
  const takes = (pattern: string, text: string): boolean =>
    new RegExp(
      `^${pattern
        .replace(/[.+^${}()|[\]\\]/g, "\\$&")
        .replace(/\*+/g, ".*")
        .replace(/\?/g, ".")}$`,
    ).test(text);
  // a star may also span the colon after the repository
  return subjectsOf(statement).some(
    (subject) =>
      takes(subject.split(":")[0] ?? "", own) || takes(subject.replace(/(\*)[^*]*$/, "$1"), `${own}:`),
  );
}
