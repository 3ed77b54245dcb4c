/**
 * An access token for Google's APIs by Application Default Credentials: the file that `GOOGLE_APPLICATION_CREDENTIALS` names or gcloud
 * keeps (a service account's key, a person's refresh token, or workload identity federation), else the metadata service, else gcloud.
 */
import { createSign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import { asked, json, member, refused, text } from "./answers.ts";
import { askProgram } from "./program.ts";
import { tokenByForm, tokenOfMachine } from "./token-requests.ts";
import type { Reference, ResolveContext } from "./types.ts";

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

/** Throws `reference.no-identity`, `reference.refused`, `reference.unreachable`. */
export async function googleToken(reference: Reference, context: ResolveContext): Promise<string> {
  const { env } = context;
  if (env.CLOUDSDK_AUTH_ACCESS_TOKEN) return env.CLOUDSDK_AUTH_ACCESS_TOKEN;
  const file = await credentialsFile(reference, env);
  if (file !== null) return await fromFile(reference, context, file);
  const token =
    (await fromMetadata(context)) ??
    (await askProgram("gcloud", ["auth", "print-access-token", "--quiet"], context));
  if (token !== null && token.trim() !== "") return token.trim();
  throw noIdentity(reference, "this machine has no Google credentials");
}

const noIdentity = (reference: Reference, problem: string): BulkheadError =>
  new BulkheadError("reference.no-identity", {
    reference: reference.text,
    problem,
    help: "set GOOGLE_APPLICATION_CREDENTIALS (workload identity federation in CI), or `gcloud auth application-default login`",
  });

async function credentialsFile(reference: Reference, env: ResolveContext["env"]): Promise<unknown> {
  const named = env.GOOGLE_APPLICATION_CREDENTIALS;
  const usual = join(
    env.CLOUDSDK_CONFIG ?? join(env.HOME ?? homedir(), ".config", "gcloud"),
    "application_default_credentials.json",
  );
  const path = named || usual;
  try {
    return JSON.parse(await readFile(path, "utf8")) as unknown;
  } catch (cause) {
    if (!named && (cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    const problem = cause instanceof SyntaxError ? "is no JSON" : "cannot be read";
    throw noIdentity(reference, `the credentials file ${path} ${problem}`);
  }
}

async function fromFile(reference: Reference, context: ResolveContext, file: unknown): Promise<string> {
  const kind = member(file, "type");
  if (kind === "service_account") return await byKey(reference, context, file);
  if (kind === "authorized_user") return await byRefreshToken(reference, context, file);
  if (kind === "external_account") return await byFederation(reference, context, file);
  throw noIdentity(reference, `credentials of the type ${JSON.stringify(kind ?? null)} are not read`);
}

const base64url = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

async function byKey(reference: Reference, context: ResolveContext, file: unknown): Promise<string> {
  const audience = text(reference, file, "token_uri");
  const now = Math.floor(Date.now() / 1_000);
  const issuer = text(reference, file, "client_email");
  const claims = { iss: issuer, scope: SCOPE, aud: audience, iat: now, exp: now + 3_600 };
  const unsigned = `${base64url({ alg: "RS256", typ: "JWT", kid: member(file, "private_key_id") })}.${base64url(claims)}`;
  let signature: string;
  try {
    signature = createSign("RSA-SHA256")
      .update(unsigned)
      .sign(text(reference, file, "private_key"), "base64url");
  } catch {
    throw noIdentity(reference, "the key of the service account's file cannot be used");
  }
  const grant = {
    grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
    assertion: `${unsigned}.${signature}`,
  };
  return await tokenByForm(reference, context.signal, audience, grant);
}

async function byRefreshToken(reference: Reference, context: ResolveContext, file: unknown): Promise<string> {
  const grant = {
    grant_type: "refresh_token",
    client_id: text(reference, file, "client_id"),
    client_secret: text(reference, file, "client_secret"),
    refresh_token: text(reference, file, "refresh_token"),
  };
  const address = member(file, "token_uri");
  return await tokenByForm(
    reference,
    context.signal,
    typeof address === "string" ? address : "https://oauth2.googleapis.com/token",
    grant,
  );
}

/** The platform's token for one of Google's, and that for a service account's where the file says so. */
async function byFederation(reference: Reference, context: ResolveContext, file: unknown): Promise<string> {
  const federated = await tokenByForm(reference, context.signal, text(reference, file, "token_url"), {
    grant_type: EXCHANGE,
    audience: text(reference, file, "audience"),
    scope: SCOPE,
    requested_token_type: ACCESS_TOKEN,
    subject_token_type: text(reference, file, "subject_token_type"),
    subject_token: await subjectToken(reference, context, file),
  });
  const impersonate = member(file, "service_account_impersonation_url");
  if (typeof impersonate !== "string") return federated;
  const answer = await asked(reference, {
    url: impersonate,
    method: "POST",
    headers: { authorization: `Bearer ${federated}`, "content-type": "application/json" },
    body: JSON.stringify({ scope: [SCOPE], lifetime: "3600s" }),
    signal: context.signal,
  });
  if (answer.status !== 200)
    refused(reference, answer.status === 404 ? 403 : answer.status, "generateAccessToken");
  return text(reference, json(reference, answer.body), "accessToken");
}

async function subjectToken(reference: Reference, context: ResolveContext, file: unknown): Promise<string> {
  const path = member(file, "credential_source", "file");
  const url = member(file, "credential_source", "url");
  let raw: string;
  if (typeof path === "string")
    raw = await readFile(path, "utf8").catch(() => {
      throw noIdentity(reference, `the token file ${path} cannot be read`);
    });
  else if (typeof url === "string") {
    const headers = (member(file, "credential_source", "headers") ?? {}) as Record<string, string>;
    const answer = await asked(reference, { url, headers, signal: context.signal });
    if (answer.status !== 200)
      refused(reference, answer.status === 404 ? 403 : answer.status, "subject token");
    raw = answer.body.toString("utf8");
  } else throw noIdentity(reference, "the file's credential_source has neither file nor url");
  if (member(file, "credential_source", "format", "type") !== "json") return raw.trim();
  const field = text(reference, file, "credential_source", "format", "subject_token_field_name");
  return text(reference, json(reference, Buffer.from(raw)), field);
}

async function fromMetadata({ env, signal }: ResolveContext): Promise<string | null> {
  if (env.NO_GCE_CHECK?.toLowerCase() === "true") return null;
  const host = env.GCE_METADATA_HOST || "169.254.169.254";
  const url = `http://${host}/computeMetadata/v1/instance/service-accounts/default/token`;
  return await tokenOfMachine(url, { "metadata-flavor": "Google" }, signal);
}
