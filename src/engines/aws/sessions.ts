/**
 * STS credentials: assumed roles, federated users, sessions. AWS offers no way to end them early, so that revoking their lease changes
 * nothing at AWS: they are bounded short instead, an hour unless the role says otherwise.
 */
import { BulkheadError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import type { Call, Reply } from "../../kernel/plugin.ts";
import { AwsApi, type SessionKeys, listed, tagParameters } from "./api.ts";
import { requireRoot } from "./config.ts";
import type { AwsContext } from "./context.ts";
import { generatedName } from "./names.ts";
import { roleProblem } from "./roles.ts";
import type { CredentialType, Role } from "./store.ts";

const HOUR = 3_600_000;
/** AWS gives no shorter ones. */
const SHORTEST = 900_000;
/** AWS gives no longer ones. */
const LONGEST: Readonly<Record<Exclude<CredentialType, "iam_user">, number>> = {
  assumed_role: 12 * HOUR,
  federation_token: 36 * HOUR,
  session_token: 36 * HOUR,
};

interface Asked {
  readonly api: AwsApi;
  readonly call: Call;
  readonly role: Role;
  readonly name: string;
  readonly session: string;
  /** Seconds. */
  readonly duration: number;
}

const MAKERS: Readonly<Record<Exclude<CredentialType, "iam_user">, (asked: Asked) => Promise<SessionKeys>>> =
  {
    assumed_role: ({ api, call, role, session, duration }) =>
      api.assumeRole({
        RoleArn: roleArn(call, role),
        RoleSessionName: session,
        DurationSeconds: String(duration),
        ...boundsOf(role),
        ...tagParameters(role.sessionTags),
        ExternalId: role.externalId || undefined,
      }),
    federation_token: ({ api, role, session, duration }) =>
      api.federationToken({ Name: session, DurationSeconds: String(duration), ...boundsOf(role) }),
    session_token: ({ api, duration }) => api.sessionToken({ DurationSeconds: String(duration) }),
  };

const boundsOf = ({ policyDocument, policyArns }: Role): Record<string, string | undefined> => ({
  Policy: policyDocument || undefined,
  ...listed(
    "PolicyArns",
    policyArns.map((arn) => ({ arn })),
  ),
});

function roleArn({ fields }: Call, { roleArns }: Role): string {
  const asked = fields.string("role_arn") ?? "";
  const [first = "", ...others] = roleArns;
  if (asked === "") {
    if (others.length > 0)
      throw roleProblem("did not supply a role_arn parameter and unable to determine one");
    return first;
  }
  if (!roleArns.includes(asked)) throw roleProblem("role_arn is not among the role_arns of this role");
  return asked;
}

export function sessionSpan(role: Role, asked: number | undefined, mostLease: number): number {
  if (role.type === "iam_user") throw new TypeError("an IAM user has no session");
  const most = Math.min(role.maxTtl || Math.max(role.defaultTtl, HOUR), LONGEST[role.type]);
  const wanted = asked === undefined || asked === 0 ? role.defaultTtl || HOUR : asked;
  const span = Math.min(wanted, most, Math.max(mostLease, SHORTEST));
  if (span < SHORTEST)
    throw roleProblem("AWS gives no session shorter than 15 minutes: ask for a ttl of at least 15m");
  return span;
}

export async function openSession(context: AwsContext, call: Call, name: string, role: Role): Promise<Reply> {
  if (role.type === "iam_user") throw roleProblem("an iam_user has no session");
  const config = await requireRoot(call.storage);
  const { mount, services } = context.mount;
  const span = sessionSpan(
    role,
    call.fields.duration("ttl"),
    mount.maxLeaseTtl || services.mounts.defaults.maxLeaseTtl,
  );
  const given = call.fields.string("role_session_name") ?? "";
  if (given !== "" && !/^[\w+=,.@-]{2,64}$/.test(given))
    throw roleProblem("role_session_name has 2 to 64 letters, digits and +=,.@-_");
  const made = await MAKERS[role.type]({
    api: new AwsApi(config),
    call,
    role,
    name,
    session:
      given ||
      generatedName(context, config, {
        type: "STS",
        displayName: call.caller?.displayName ?? "",
        role: name,
      }),
    duration: Math.floor(span / 1_000),
  });
  const ttl = made.expires - context.clock.now();
  if (ttl <= 0)
    throw new BulkheadError("aws.unreachable", { action: "STS", reason: "its clock is another one" });
  const lifetime = Math.floor(ttl / 1_000) * 1_000;
  return {
    data: {
      access_key: made.accessKey,
      secret_key: Secret.copy(made.secretKey),
      security_token: Secret.copy(made.sessionToken),
      session_token: Secret.copy(made.sessionToken),
      arn: made.arn,
      ttl: lifetime / 1_000,
    },
    lease: { ttl: lifetime, maxTtl: lifetime, renewable: false, internal: { type: "sts" } },
  };
}
