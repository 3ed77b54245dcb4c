/**
 * `aws`: keys of AWS that live as long as their lease, Vault's engine of that name: IAM users made and deleted, and STS credentials,
 * which end by themselves. OpenBao has no such engine: what is answered follows Vault's published API.
 */
import type {
  Backend,
  Call,
  FieldDeclaration,
  MountContext,
  PathDeclaration,
  PluginType,
  Reply,
} from "../../kernel/plugin.ts";
import { configPaths } from "./config.ts";
import type { AwsContext } from "./context.ts";
import { nameOf, rolePaths, roleProblem } from "./roles.ts";
import { finishRotation, rotatePaths } from "./rotate-root.ts";
import { openSession } from "./sessions.ts";
import { ROLES, type Role, load } from "./store.ts";
import { createUser, deleteLeftBehind, deleteUser } from "./users.ts";

const fields: Readonly<Record<string, FieldDeclaration>> = {
  role_arn: {
    type: "string",
    plain: true,
    description: "assumed_role: which one, where the role has several",
  },
  role_session_name: { type: "string", plain: true, description: "How the session is named" },
  ttl: { type: "duration", plain: true, description: "How long a session lives" },
  mfa_code: { type: "string", description: "Not offered" },
};

async function credentials(context: AwsContext, call: Call): Promise<Reply> {
  const name = nameOf(call);
  const role = await load<Role>(call.storage, ROLES + name);
  if (role === null) throw roleProblem(`Role '${name}' not found`);
  if (call.fields.has("mfa_code")) throw roleProblem("mfa_code is not offered");
  if (role.type !== "iam_user") return await openSession(context, call, name, role);
  for (const one of ["role_arn", "role_session_name", "ttl"])
    if (call.fields.has(one)) throw roleProblem(`${one} is for sessions; this role makes IAM users`);
  return await createUser(context, call, name, role);
}

const credentialPath = (context: AwsContext, pattern: string, summary: string): PathDeclaration => ({
  pattern,
  summary,
  fields,
  operations: { read: (call) => credentials(context, call), update: (call) => credentials(context, call) },
});

function create(mount: MountContext): Backend {
  const context: AwsContext = {
    clock: mount.clock,
    mount,
    warn: (event, given) => mount.services.operatorLog.warn(event, { ...given, mount: mount.mount.path }),
  };
  return {
    paths: [
      ...configPaths(),
      ...rotatePaths(context),
      ...rolePaths(),
      credentialPath(context, "creds/{name}", "Keys of the role, with a lease"),
      credentialPath(context, "sts/{name}", "Keys of the role, with a lease"),
    ],
    revoke: async ({ internal }, storage) => {
      if (internal.type === "iam_user" && internal.username !== undefined)
        await deleteUser(storage, internal.username);
    },
    tidy: async (storage) => {
      await finishRotation(context, storage);
      await deleteLeftBehind(context, storage);
    },
  };
}

export const aws: PluginType = {
  type: "aws",
  title: "Keys of AWS",
  description: "Makes IAM users and STS credentials that end with their lease or by themselves",
  create,
};
