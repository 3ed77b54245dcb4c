/**
 * An access token for an Azure resource: a service principal's secret, the platform's token (workload identity), the managed
 * identity of the machine, or the person logged in at `az`.
 */
import { readFile } from "node:fs/promises";
import { BulkheadError } from "../core/errors.ts";
import { asked, json, member, refused, text } from "./answers.ts";
import { askProgram } from "./program.ts";
import { tokenByForm, tokenOfMachine } from "./token-requests.ts";
import type { Reference, ResolveContext } from "./types.ts";

const ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** `resource` without a slash at its end: `https://vault.azure.net`. Throws `reference.no-identity`, `reference.refused`, `reference.unreachable`. */
export async function azureToken(
  reference: Reference,
  context: ResolveContext,
  resource: string,
): Promise<string> {
  const found =
    (await fromPrincipal(reference, context, resource)) ??
    (await fromService(reference, context, resource)) ??
    (await fromInstance(context, resource)) ??
    (await fromProgram(context, resource));
  if (found !== null) return found;
  throw new BulkheadError("reference.no-identity", {
    reference: reference.text,
    problem: "this machine has no Azure identity",
    help: "log in by workload identity (AZURE_FEDERATED_TOKEN_FILE), a managed identity, or `az login`",
  });
}

async function fromPrincipal(
  reference: Reference,
  { env, signal }: ResolveContext,
  resource: string,
): Promise<string | null> {
  const {
    AZURE_TENANT_ID: tenant,
    AZURE_CLIENT_ID: client,
    AZURE_CLIENT_SECRET: secret,
    AZURE_FEDERATED_TOKEN_FILE: file,
  } = env;
  if (!tenant || !client || (!secret && !file)) return null;
  const proof = secret
    ? { client_secret: secret }
    : { client_assertion_type: ASSERTION, client_assertion: await platformToken(reference, file ?? "") };
  const authority = (env.AZURE_AUTHORITY_HOST || "https://login.microsoftonline.com").replace(/\/$/, "");
  const form = {
    grant_type: "client_credentials",
    client_id: client,
    scope: `${resource}/.default`,
    ...proof,
  };
  return await tokenByForm(
    reference,
    signal,
    `${authority}/${encodeURIComponent(tenant)}/oauth2/v2.0/token`,
    form,
  );
}

async function platformToken(reference: Reference, file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    const problem = `the token file ${file} cannot be read`;
    const help = "the platform writes it; see that the job may read it";
    throw new BulkheadError("reference.no-identity", { reference: reference.text, problem, help }, { cause });
  }
}

/** App Service, Functions and Container Apps. */
async function fromService(
  reference: Reference,
  { env, signal }: ResolveContext,
  resource: string,
): Promise<string | null> {
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: secret } = env;
  if (!endpoint || !secret) return null;
  const query = {
    resource,
    "api-version": "2019-08-01",
    ...(env.AZURE_CLIENT_ID && { client_id: env.AZURE_CLIENT_ID }),
  };
  const url = `${endpoint}?${new URLSearchParams(query).toString()}`;
  const answer = await asked(reference, {
    url,
    headers: { "x-identity-header": secret },
    metadata: true,
    signal,
  });
  if (answer.status !== 200)
    return refused(reference, answer.status === 404 ? 403 : answer.status, "managed identity");
  return text(reference, json(reference, answer.body), "access_token");
}

async function fromInstance({ env, signal }: ResolveContext, resource: string): Promise<string | null> {
  const host = (env.AZURE_POD_IDENTITY_AUTHORITY_HOST || "http://169.254.169.254").replace(/\/$/, "");
  const query = {
    resource,
    "api-version": "2018-02-01",
    ...(env.AZURE_CLIENT_ID && { client_id: env.AZURE_CLIENT_ID }),
  };
  const url = `${host}/metadata/identity/oauth2/token?${new URLSearchParams(query).toString()}`;
  return await tokenOfMachine(url, { metadata: "true" }, signal);
}

async function fromProgram(context: ResolveContext, resource: string): Promise<string | null> {
  const said = await askProgram(
    "az",
    ["account", "get-access-token", "--resource", resource, "--output", "json"],
    context,
  );
  if (said === null) return null;
  try {
    const value = member(JSON.parse(said), "accessToken");
    return typeof value === "string" ? value : null;
  } catch {
    return null;
  }
}
