/** `login`: a service account's token against one of ours. */
import { BulkheadError } from "../../core/errors.ts";
import type { Json } from "../../core/json-bytes.ts";
import { withinCidrs } from "../../kernel/cidr.ts";
import type { AuthGrant, Call, MountContext, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { type Claims, claimAt, factsOf, issuerById, shownClaim } from "../../trust/index.ts";
import { keyOfPem } from "../jwt/key-source.ts";
import { checkConditions } from "../jwt/prove.ts";
import { orRefused, refuse } from "../jwt/refusal.ts";
import { checkTimes } from "../jwt/times.ts";
import { type Parsed, isSigned, parseToken } from "../jwt/token.ts";
import { grantOf } from "../token-parameters.ts";
import { type Account, accountOf, asClaims } from "./account.ts";
import { review } from "./review.ts";
import { ACCOUNT, NAMESPACE } from "./roles.ts";
import { type Config, type Role, loadConfig, loadRole } from "./store.ts";

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });
const LEEWAYS = { clock_skew_leeway: 0, expiration_leeway: 0, not_before_leeway: 0 };

async function login(context: MountContext, call: Call): Promise<Reply> {
  const name = (call.fields.string("role") ?? "").toLowerCase();
  if (name === "") throw invalid("missing role");
  const token = call.fields.secret("jwt");
  if (token === undefined || token.length === 0) throw invalid("missing jwt");
  return await orRefused(
    context,
    call,
    name,
    async () => {
      const role = await loadRole(call.storage, name);
      if (role === null) throw refuse("there is no such role");
      const config = await loadConfig(call.storage);
      if (config === null) throw new BulkheadError("jwt.not-configured");
      if (!withinCidrs(call.remote, role.token_bound_cidrs))
        throw refuse("the login came from a network that the role does not take");
      const parsed = parseToken(token.reveal());
      const account = accountOf(parsed.claims);
      checkClaims({ config, role, account }, parsed.claims, context.clock.now());
      await prove(config, role, { parsed, account });
      return { auth: granted({ role, name, mount: call.mount.path }, account, parsed.claims) };
    },
    "kubernetes.refused",
  );
}

interface Asked {
  readonly config: Config;
  readonly role: Role;
  readonly account: Account;
}

/** What needs no proof to be refused: a strange token is not sent on. */
function checkClaims({ config, role, account }: Asked, claims: Claims, now: number): void {
  const iss = claimAt(claims, "iss");
  const issuer = config.issuer || "kubernetes/serviceaccount";
  if (!config.disable_iss_validation && iss !== issuer)
    throw refuse("another issuer", { claim: "iss", expected: issuer, received: shownClaim("iss", iss) });
  const aud = claimAt(claims, "aud");
  const audiences: readonly Json[] = Array.isArray(aud) ? (aud as readonly Json[]) : [aud ?? null];
  if (role.audience !== "" && !audiences.includes(role.audience))
    throw refuse("another audience", {
      claim: "aud",
      expected: role.audience,
      received: shownClaim("aud", aud),
    });
  const dated = ["exp", "nbf", "iat"].some((claim) => claimAt(claims, claim) !== undefined);
  if (dated) checkTimes(claims, LEEWAYS, now);
  if (account.namespace === "" || account.name === "" || account.uid === "")
    throw refuse("it is no service account's token", { claim: "kubernetes.io" });
  checkConditions(
    [
      { claim: NAMESPACE, operator: "glob", values: role.bound_service_account_namespaces },
      { claim: ACCOUNT, operator: "glob", values: role.bound_service_account_names },
    ],
    asClaims(account),
  );
}

async function prove(
  config: Config,
  role: Role,
  { parsed, account }: { readonly parsed: Parsed; readonly account: Account },
): Promise<void> {
  if (config.pem_keys.length > 0) {
    const keys = config.pem_keys.map((pem) => ({ kid: undefined, algorithm: undefined, key: keyOfPem(pem) }));
    if (!isSigned(keys, parsed)) throw refuse("no key of the cluster signed the token");
    // nobody is asked whether it was withdrawn: it must end by itself
    if (claimAt(parsed.claims, "exp") === undefined)
      throw refuse("a token without end is taken only where the cluster is asked", { claim: "exp" });
    return;
  }
  const { username, uid } = await review(config, { token: parsed.text, audience: role.audience });
  const wanted = `system:serviceaccount:${account.namespace}:${account.name}`;
  if (username !== wanted || uid !== account.uid)
    throw refuse("the cluster says that it is another's token", {
      claim: "sub",
      expected: wanted,
      received: shownClaim("sub", username),
    });
}

function granted(
  { role, name, mount }: { readonly role: Role; readonly name: string; readonly mount: string },
  account: Account,
  claims: Claims,
): AuthGrant {
  const issuer = issuerById("kubernetes");
  const own = {
    service_account_name: account.name,
    service_account_namespace: account.namespace,
    service_account_secret_name: account.secret,
    service_account_uid: account.uid,
  };
  const source = mount
    .replace(/^auth\//, "")
    .replace(/\/$/, "")
    .replaceAll("/", "-");
  return {
    ...grantOf(role, {
      displayName: `${source}-${account.namespace}-${account.name}`,
      metadata: {
        ...(issuer !== undefined && factsOf(issuer, { ...claims, ...asFacts(account, claims) })),
        ...own,
        ...role.token_metadata,
        role: name,
      },
      role: name,
    }),
    actor: "machine",
    alias: {
      name:
        role.alias_name_source === "serviceaccount_name"
          ? `${account.namespace}/${account.name}`
          : account.uid,
      metadata: own,
    },
  };
}

/** Former tokens have no object of today's claims. */
const asFacts = (account: Account, claims: Claims): Claims =>
  claimAt(claims, "kubernetes.io") === undefined ? asClaims(account) : {};

export const loginPath = (context: MountContext): PathDeclaration => ({
  pattern: "login",
  summary: "Gives a token for a service account's token",
  unauthenticated: true,
  fields: {
    role: { type: "string", description: "The role", plain: true },
    jwt: { type: "secret", description: "The service account's token" },
  },
  operations: { create: (call) => login(context, call), update: (call) => login(context, call) },
});
