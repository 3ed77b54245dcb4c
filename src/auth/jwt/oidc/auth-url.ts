/** `oidc/auth_url`: where a person's browser goes. State, nonce and the PKCE challenge are random and held to at the callback. */
import { createHash, randomBytes } from "node:crypto";
import { BulkheadError } from "../../../core/errors.ts";
import type { Call, MountContext, Reply } from "../../../kernel/plugin.ts";
import { requireConfig } from "../config.ts";
import { FetchError } from "../fetch.ts";
import type { KeySource } from "../key-source.ts";
import { orRefused, refuse } from "../refusal.ts";
import { loadRole } from "../store.ts";
import { mayReturnTo } from "./redirect.ts";
import type { States } from "./states.ts";

const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });
const random = (): string => randomBytes(32).toString("base64url");

export async function authUrl(
  context: MountContext,
  { keys, states }: { readonly keys: KeySource; readonly states: States },
  call: Call,
): Promise<Reply> {
  const config = await requireConfig(call);
  if (config.oidc_client_id === "") throw invalid("OIDC login is not configured for this mount");
  const redirectUri = call.fields.string("redirect_uri") ?? "";
  if (redirectUri === "") throw invalid("missing redirect_uri");
  const name = (call.fields.string("role") || config.default_role).toLowerCase();
  if (name === "") throw invalid("missing role");
  return await orRefused(context, call, name, async () => {
    const role = await loadRole(call.storage, name);
    if (role === null) throw refuse("there is no such role");
    // Vault's clients read an empty address as "this role is not for the browser, or not from here"
    if (role.role_type !== "oidc" || !mayReturnTo(redirectUri, role.allowed_redirect_uris ?? [])) {
      context.services.operatorLog.warn("login refused", {
        request: call.requestId,
        mount: call.mount.path,
        role: name,
        reason: "the role is not for the browser, or not with this redirect_uri",
      });
      return { data: { auth_url: "" } };
    }
    const { authorizationEndpoint } = await keys.discovery(config).catch((error: unknown) => {
      throw error instanceof FetchError ? refuse(`the provider cannot be asked: ${error.message}`) : error;
    });
    if (authorizationEndpoint === "") throw refuse("the provider names no authorization_endpoint");
    const [nonce, verifier] = [random(), random()];
    const clientNonce = call.fields.string("client_nonce") ?? "";
    const state = states.begin({
      role: name,
      redirectUri,
      nonce,
      verifier,
      clientNonce,
      remote: call.remote,
    });
    const url = new URL(authorizationEndpoint);
    const query = {
      client_id: config.oidc_client_id,
      code_challenge: createHash("sha256").update(verifier).digest("base64url"),
      code_challenge_method: "S256",
      ...(role.max_age > 0 && { max_age: String(role.max_age) }),
      nonce,
      redirect_uri: redirectUri,
      response_type: "code",
      scope: [...new Set(["openid", ...(role.oidc_scopes ?? [])])].join(" "),
      state,
    };
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
    return { data: { auth_url: url.href } };
  });
}
