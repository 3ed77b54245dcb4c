/** `oidc/callback`: the provider's answer. The code is exchanged by us, and the identity proved like any token, with nonce and client. */
import { BulkheadError } from "../../../core/errors.ts";
import type { Json } from "../../../core/json-bytes.ts";
import { withinCidrs } from "../../../kernel/cidr.ts";
import type { Call, MountContext, Reply } from "../../../kernel/plugin.ts";
import { type Claims, claimAt, shownClaim } from "../../../trust/index.ts";
import { requireConfig } from "../config.ts";
import { FetchError, fetchJson } from "../fetch.ts";
import { grantFor } from "../grant.ts";
import { type Discovery, type KeySource, allowedFrom } from "../key-source.ts";
import { type Prover, checkConditions, proveToken } from "../prove.ts";
import { orRefused, refuse } from "../refusal.ts";
import { claimConditions } from "../rule.ts";
import { type Config, type Role, loadRole } from "../store.ts";
import type { Begun, States } from "./states.ts";
import { mayReturnTo } from "./redirect.ts";

export async function callback(
  context: MountContext,
  { keys, states }: { readonly keys: KeySource; readonly states: States },
  call: Call,
): Promise<Reply> {
  const begun = states.take(call.fields.string("state") ?? "");
  if (begun === null) throw new BulkheadError("jwt.bad-state");
  const config = await requireConfig(call);
  return await orRefused(context, call, begun.role, async () => {
    if (begun.clientNonce !== (call.fields.string("client_nonce") ?? ""))
      throw refuse("the answer came from another client than the one that began the login", {
        claim: "client_nonce",
      });
    const failure = call.fields.string("error");
    if (failure !== undefined) throw refuse(`the provider refused: ${failure.slice(0, 200)}`);
    const code = call.fields.string("code") ?? "";
    if (code === "") throw refuse("the provider sent no code");
    const role = await loadRole(call.storage, begun.role);
    if (role?.role_type !== "oidc" || !mayReturnTo(begun.redirectUri, role.allowed_redirect_uris ?? []))
      throw refuse("the role changed during the login");
    if (!withinCidrs(call.remote, role.token_bound_cidrs))
      throw refuse("the login came from a network that the role does not take");
    const claims = await identity({ prover: { config, keys, clock: context.clock }, role, begun }, code);
    checkConditions(
      role.bound_subject === ""
        ? claimConditions(role)
        : [{ claim: "sub", operator: "equals", values: [role.bound_subject] }, ...claimConditions(role)],
      claims,
    );
    const people = context.services.identity;
    return { auth: grantFor({ role, config, mount: call.mount.path, people }, begun.role, claims) };
  });
}

interface Login {
  readonly prover: Prover;
  readonly role: Role;
  readonly begun: Begun;
}

async function identity({ prover, role, begun }: Login, code: string): Promise<Claims> {
  const { config, keys, clock } = prover;
  const discovery = await asking(keys.discovery(config));
  const answer = await asking(exchange(discovery, config, { code, begun }));
  const idToken = answer.id_token;
  if (typeof idToken !== "string") throw refuse("the provider sent no id_token");
  const claims = await proveToken(prover, Buffer.from(idToken), role);
  checkClient(config, role, claims);
  if (claimAt(claims, "nonce") !== begun.nonce) throw refuse("another nonce", { claim: "nonce" });
  checkAge(role, claims, clock.now());
  return { ...(await userinfo(discovery, config, { token: answer.access_token, claims })), ...claims };
}

const asking = async <T>(question: Promise<T>): Promise<T> => {
  try {
    return await question;
  } catch (error) {
    throw error instanceof FetchError ? refuse(`the provider: ${error.message}`) : error;
  }
};

/** The id token is for our client (and its other audiences are the role's), and was asked for by it. */
function checkClient(
  { oidc_client_id: client }: Config,
  { bound_audiences: bound }: Role,
  claims: Claims,
): void {
  const given = claimAt(claims, "aud");
  const audiences: readonly Json[] = Array.isArray(given) ? (given as readonly Json[]) : [given ?? null];
  const party = claimAt(claims, "azp");
  if (
    !audiences.includes(client) ||
    (bound !== null && bound.length > 0 && !audiences.some((one) => bound.includes(String(one))))
  )
    throw refuse("another audience", { claim: "aud", expected: client, received: shownClaim("aud", given) });
  if (party !== undefined ? party !== client : audiences.length > 1)
    throw refuse("it was made for another client", {
      claim: "azp",
      expected: client,
      received: shownClaim("azp", party),
    });
}

function checkAge({ max_age: most }: Role, claims: Claims, now: number): void {
  if (most <= 0) return;
  const at = claimAt(claims, "auth_time");
  if (typeof at !== "number" || now / 1_000 - at > most + 60)
    throw refuse("the person proved who they are too long ago", {
      claim: "auth_time",
      received: shownClaim("auth_time", at),
    });
}

async function exchange(
  { issuer, tokenEndpoint, basicAuthentication }: Discovery,
  config: Config,
  { code, begun }: { readonly code: string; readonly begun: Begun },
): Promise<Readonly<Record<string, Json>>> {
  if (tokenEndpoint === "") throw new FetchError("it names no token_endpoint");
  const { oidc_client_id: client, oidc_client_secret: secret } = config;
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    code,
    redirect_uri: begun.redirectUri,
    code_verifier: begun.verifier,
    ...(!basicAuthentication && { client_id: client, client_secret: secret }),
  });
  const coded = (text: string): string => encodeURIComponent(text);
  const answer = await fetchJson(tokenEndpoint, {
    method: "POST",
    redirects: 0,
    allowed: allowedFrom(issuer, tokenEndpoint),
    ca: config.oidc_discovery_ca_pem,
    body: body.toString(),
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      ...(basicAuthentication && {
        authorization: `Basic ${Buffer.from(`${coded(client)}:${coded(secret)}`).toString("base64")}`,
      }),
    },
  });
  if (answer === null || typeof answer !== "object" || Array.isArray(answer))
    throw new FetchError("the answer is not an object");
  return answer as Readonly<Record<string, Json>>;
}

/** Claims beyond the id token's, when the provider gives them about the same person. What is signed counts over them. */
async function userinfo(
  { issuer, userinfoEndpoint }: Discovery,
  config: Config,
  { token, claims }: { readonly token: Json | undefined; readonly claims: Claims },
): Promise<Claims> {
  if (userinfoEndpoint === "" || typeof token !== "string" || !/^[\x21-\x7e]+$/.test(token)) return {};
  const answer = await fetchJson(userinfoEndpoint, {
    redirects: 0,
    allowed: allowedFrom(issuer, userinfoEndpoint),
    ca: config.oidc_discovery_ca_pem,
    headers: { authorization: `Bearer ${token}` },
  }).catch(() => null);
  const about = answer as Claims; // what is no object has no subject
  const subject = claimAt(claims, "sub");
  return typeof subject === "string" && claimAt(about, "sub") === subject ? about : {};
}
