/** `login/:name`: a password against a token. Every refusal says the same after the same work, whether or not there is such a user. */
import { BulkheadError } from "../../core/errors.ts";
import { withinCidrs } from "../../kernel/cidr.ts";
import type { Call, MountContext, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { grantOf } from "../token-parameters.ts";
import { isPassword } from "./password.ts";
import { loadUser, userName } from "./store.ts";
import { passwordFields, requirePassword } from "./users.ts";

/** `auth/people/` → `people`, as the tokens' names begin. */
const sourceOf = (path: string): string =>
  path
    .replace(/^auth\//, "")
    .replace(/\/$/, "")
    .replaceAll("/", "-");

async function login({ services, mount }: MountContext, call: Call): Promise<Reply> {
  const name = userName(call.params);
  const password = requirePassword(call);
  await services.lockouts.check(mount, name);
  const user = await loadUser(call.storage, name);
  const right = await isPassword(password, user?.password ?? null);
  // a right password from the wrong place is a failure like any other: nothing tells that it was right
  if (user === null || !right || !withinCidrs(call.remote, user.token_bound_cidrs)) {
    await services.lockouts.failed(mount, name, user !== null);
    throw new BulkheadError("userpass.refused");
  }
  await services.lockouts.succeeded(mount, name);
  // the comparison takes a while: a password that was changed meanwhile, or a user that is gone, opens nothing
  const now = await loadUser(call.storage, name);
  if (now?.password.hash !== user.password.hash) throw new BulkheadError("userpass.refused");
  return {
    auth: {
      ...grantOf(now, {
        displayName: `${sourceOf(mount.path)}-${name}`,
        metadata: { ...now.token_metadata, username: name },
        actor: "person",
        alias: { name, metadata: {} },
      }),
      internal: { user: name },
    },
  };
}

export const loginPath = (context: MountContext): PathDeclaration => ({
  pattern: "login/{name}",
  summary: "Gives a token for a password",
  unauthenticated: true,
  fields: passwordFields,
  operations: { create: (call) => login(context, call), update: (call) => login(context, call) },
});
