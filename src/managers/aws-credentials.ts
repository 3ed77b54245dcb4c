/**
 * The identity that this machine has at AWS, looked for where AWS's own tools look and in their order: variables, a token of the
 * platform (web identity), the shared files with their profiles, a container's endpoint, the instance's metadata service.
 */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import { asked, json, member } from "./answers.ts";
import { AwsAnswer, type AwsCredentials, awsCall } from "./aws-request.ts";
import { HttpFailure, http, isLoopbackHost } from "./http.ts";
import type { Reference, ResolveContext } from "./types.ts";

export interface AwsIdentity {
  readonly credentials: AwsCredentials;
  readonly region: string;
}

type Env = ResolveContext["env"];
type Profile = Readonly<Record<string, string>>;

/** Throws `reference.no-identity`, `reference.refused`, `reference.unreachable`. */
export async function awsIdentity(
  reference: Reference,
  context: ResolveContext,
  wanted?: string,
): Promise<AwsIdentity> {
  const { env } = context;
  const profiles = await sharedProfiles(env);
  const name = env.AWS_PROFILE ?? env.AWS_DEFAULT_PROFILE ?? "default";
  const region = wanted ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? profiles.get(name)?.region;
  if (region === undefined)
    throw new BulkheadError("reference.no-identity", {
      reference: reference.text,
      problem: "no region is known",
      help: "set AWS_REGION, or give the secret's whole ARN",
    });
  const credentials =
    fromVariables(env) ??
    (await fromWebIdentity(reference, env, region)) ??
    (await fromProfile(reference, { env, profiles, name, region })) ??
    (await fromContainer(reference, context)) ??
    (await fromInstance(reference, context));
  if (credentials !== null) return { credentials, region };
  throw new BulkheadError("reference.no-identity", {
    reference: reference.text,
    problem: "this machine has no AWS credentials",
    help: "log in with your CI's OIDC token, a profile (AWS_PROFILE) or a role of the machine",
  });
}

function fromVariables(env: Env): AwsCredentials | null {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: token,
  } = env;
  if (!accessKeyId || !secretAccessKey) return null;
  return { accessKeyId, secretAccessKey, ...(token && { sessionToken: token }) };
}

/** Where a service's API is: `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, else AWS's own. Over https, or on this machine. */
export function awsEndpoint(env: Env, service: string, region: string): string {
  const named = env[`AWS_ENDPOINT_URL_${service.toUpperCase().replaceAll("-", "_")}`] ?? env.AWS_ENDPOINT_URL;
  if (named !== undefined && named !== "") return named.replace(/\/$/, "");
  const host = service === "secrets-manager" ? "secretsmanager" : service;
  return `https://${host}.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`;
}

async function fromWebIdentity(
  reference: Reference,
  env: Env,
  region: string,
): Promise<AwsCredentials | null> {
  const { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: role } = env;
  if (!file || !role) return null;
  const token = (await textOf(reference, file)).trim();
  const session = env.AWS_ROLE_SESSION_NAME ?? "bulkhead";
  return await assume(reference, env, region, {
    RoleArn: role,
    RoleSessionName: session,
    WebIdentityToken: token,
  });
}

/** AssumeRoleWithWebIdentity is not signed: the token is the proof. */
async function assume(
  reference: Reference,
  env: Env,
  region: string,
  parameters: Readonly<Record<string, string>>,
): Promise<AwsCredentials> {
  const body = new URLSearchParams({
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    ...parameters,
  });
  const answer = await asked(reference, {
    url: `${awsEndpoint(env, "sts", region)}/`,
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: body.toString(),
  });
  const xml = new AwsAnswer(answer.body.toString("utf8"));
  if (answer.status !== 200) throw refusal(reference, answer.status, xml.text("Code"));
  return issued(reference, xml);
}

function issued(reference: Reference, xml: AwsAnswer): AwsCredentials {
  const credentials = {
    accessKeyId: xml.text("AccessKeyId"),
    secretAccessKey: xml.text("SecretAccessKey"),
    sessionToken: xml.text("SessionToken"),
  };
  if (credentials.secretAccessKey !== "") return credentials;
  throw new BulkheadError("reference.unexpected", {
    reference: reference.text,
    problem: "STS gave no credentials",
  });
}

const refusal = (reference: Reference, status: number, code: string): BulkheadError =>
  new BulkheadError("reference.refused", {
    reference: reference.text,
    answer: /^[\w.]{1,80}$/.test(code) ? code : `HTTP ${status}`,
  });

interface ProfileSearch {
  readonly env: Env;
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly name: string;
  readonly region: string;
}

/** Keys of its own, or a role assumed with those of its `source_profile` or with a token of the platform. */
async function fromProfile(
  reference: Reference,
  search: ProfileSearch,
  seen: ReadonlySet<string> = new Set(),
): Promise<AwsCredentials | null> {
  const { env, profiles, name, region } = search;
  const profile = profiles.get(name);
  if (profile === undefined) {
    if (env.AWS_PROFILE === undefined || seen.size > 0) return null;
    throw new BulkheadError("reference.no-identity", {
      reference: reference.text,
      problem: `there is no AWS profile ${name}`,
      help: "AWS_PROFILE names one of ~/.aws/config",
    });
  }
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, role_arn: role } = profile;
  if (role !== undefined && !seen.has(name)) {
    const session = { RoleArn: role, RoleSessionName: profile.role_session_name ?? "bulkhead" };
    if (profile.web_identity_token_file !== undefined) {
      const token = (await textOf(reference, profile.web_identity_token_file)).trim();
      return await assume(reference, env, region, { ...session, WebIdentityToken: token });
    }
    const source = { ...search, name: profile.source_profile ?? name };
    const base = await fromProfile(reference, source, new Set([...seen, name]));
    if (base === null) return null;
    const parameters = {
      ...session,
      ...(profile.external_id !== undefined && { ExternalId: profile.external_id }),
    };
    const endpoint = awsEndpoint(env, "sts", region);
    const call = {
      credentials: base,
      service: "sts",
      region,
      endpoint,
      action: "AssumeRole",
      version: "2011-06-15",
    };
    return issued(reference, await awsCall({ ...call, parameters, retries: 2 }));
  }
  if (accessKeyId === undefined || secretAccessKey === undefined) return null;
  const token = profile.aws_session_token;
  return { accessKeyId, secretAccessKey, ...(token !== undefined && { sessionToken: token }) };
}

/** Both files, profiles by name; the credentials file wins. */
async function sharedProfiles(env: Env): Promise<Map<string, Profile>> {
  const folder = join(env.HOME ?? homedir(), ".aws");
  const profiles = new Map<string, Record<string, string>>();
  const files = [
    env.AWS_CONFIG_FILE ?? join(folder, "config"),
    env.AWS_SHARED_CREDENTIALS_FILE ?? join(folder, "credentials"),
  ];
  for (const file of files) {
    let current: Record<string, string> | null = null;
    for (const line of (await readFile(file, "utf8").catch(() => "")).split(/\r?\n/)) {
      const section = /^\s*\[\s*(?:profile\s+)?([^\]]+?)\s*\]/.exec(line)?.[1];
      if (section !== undefined) {
        current = profiles.get(section) ?? {};
        profiles.set(section, current);
      } else {
        const [, key, value] = /^([a-z_]+)\s*=\s*(.*?)\s*$/i.exec(line) ?? [];
        if (current !== null && key !== undefined && value !== undefined) current[key.toLowerCase()] = value;
      }
    }
  }
  return profiles;
}

const CONTAINER_HOST = "http://169.254.170.2";
/** Addresses at which AWS serves a container's identity in clear text. */
const CONTAINER_HOSTS = new Set(["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"]);

async function fromContainer(reference: Reference, context: ResolveContext): Promise<AwsCredentials | null> {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: path, AWS_CONTAINER_CREDENTIALS_FULL_URI: full } =
    context.env;
  const address = path ? `${CONTAINER_HOST}${path}` : full;
  if (!address) return null;
  const url = URL.parse(address);
  if (
    url === null ||
    (url.protocol !== "https:" && !CONTAINER_HOSTS.has(url.hostname) && !isLoopbackHost(url.hostname))
  )
    throw new BulkheadError("reference.no-identity", {
      reference: reference.text,
      problem: "AWS_CONTAINER_CREDENTIALS_FULL_URI leads elsewhere than to this machine",
      help: "it must be https, loopback or the container service's address",
    });
  const file = context.env.AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE;
  const token = file ? (await textOf(reference, file)).trim() : context.env.AWS_CONTAINER_AUTHORIZATION_TOKEN;
  const headers = token ? { authorization: token } : {};
  const answer = await asked(reference, { url, headers, metadata: true, signal: context.signal });
  if (answer.status !== 200) throw refusal(reference, answer.status, "");
  return served(json(reference, answer.body));
}

const INSTANCE = "http://169.254.169.254";

/** Version 2 alone: version 1 can be asked through any program that fetches addresses for others. */
async function fromInstance(
  reference: Reference,
  { env, signal }: ResolveContext,
): Promise<AwsCredentials | null> {
  if (env.AWS_EC2_METADATA_DISABLED?.toLowerCase() === "true") return null;
  const base = (env.AWS_EC2_METADATA_SERVICE_ENDPOINT ?? INSTANCE).replace(/\/$/, "");
  const call = { metadata: true, timeout: 1_000, signal };
  try {
    const session = await http({
      ...call,
      url: `${base}/latest/api/token`,
      method: "PUT",
      headers: { "x-aws-ec2-metadata-token-ttl-seconds": "300" },
    });
    if (session.status !== 200) return null;
    const headers = { "x-aws-ec2-metadata-token": session.body.toString("latin1") };
    const roles = `${base}/latest/meta-data/iam/security-credentials/`;
    const role = await http({ ...call, url: roles, headers });
    if (role.status !== 200) return null;
    const name = role.body.toString("utf8").trim().split("\n")[0] ?? "";
    const answer = await http({ ...call, url: `${roles}${encodeURIComponent(name)}`, headers });
    return answer.status === 200 ? served(json(reference, answer.body)) : null;
  } catch (error) {
    if (error instanceof HttpFailure) return null; // no such machine
    throw error;
  }
}

function served(value: unknown): AwsCredentials | null {
  const [id, secret, token] = ["AccessKeyId", "SecretAccessKey", "Token"].map((name) => member(value, name));
  if (typeof id !== "string" || typeof secret !== "string") return null;
  return {
    accessKeyId: id,
    secretAccessKey: secret,
    ...(typeof token === "string" && { sessionToken: token }),
  };
}

async function textOf(reference: Reference, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (cause) {
    const problem = `the token file ${path} cannot be read`;
    const help = "the platform writes it; see that the job may read it";
    throw new BulkheadError("reference.no-identity", { reference: reference.text, problem, help }, { cause });
  }
}
