/**
 * Where a job may run that has an identity by itself: how each platform is recognised and how it gives a token. One row a platform; the
 * name is that of the auth method that `identities:` mounts.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { promisify } from "node:util";
import { BulkheadError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import { trimNewline } from "../private-file.ts";
import { readFile } from "node:fs/promises";

type Env = Readonly<Record<string, string | undefined>>;

export interface TokenRequest {
  readonly env: Env;
  /** Whom the token shall be for; some platforms give none but their own. */
  readonly audience: string;
}

export interface Platform {
  /** `github` for `auth/github`. */
  readonly id: string;
  readonly title: string;
  /** Whether this process runs there. */
  readonly here: (env: Env) => boolean;
  readonly token: (request: TokenRequest) => Promise<Secret>;
}

const ANSWER_MS = 10_000;
const MOST_BYTES = 64 * 1024;
const ACCOUNT_TOKEN = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/** What a job's own definition puts into a variable or a file for Bulkhead. */
const given = async ({ BULKHEAD_ID_TOKEN, BULKHEAD_ID_TOKEN_FILE }: Env): Promise<Secret | null> => {
  if (BULKHEAD_ID_TOKEN) return Secret.copy(BULKHEAD_ID_TOKEN);
  return BULKHEAD_ID_TOKEN_FILE ? await tokenFile(BULKHEAD_ID_TOKEN_FILE) : null;
};

export const platforms: readonly Platform[] = [
  {
    id: "github",
    title: "GitHub Actions",
    here: ({ GITHUB_ACTIONS }) => GITHUB_ACTIONS === "true",
    token: async ({ env, audience }) => {
      const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = env;
      if (!url || !bearer)
        throw refuse("the job may not ask for one: it needs `permissions: id-token: write`");
      return await ask({ url: withQuery(url, { audience }), bearer, member: "value", method: "GET" });
    },
  },
  {
    id: "gitlab",
    title: "GitLab CI",
    here: ({ GITLAB_CI }) => GITLAB_CI === "true",
    token: async ({ env, audience }) => {
      const token = await given(env);
      if (token === null)
        throw refuse(`the job needs \`id_tokens: { BULKHEAD_ID_TOKEN: { aud: ${audience} } }\``);
      return token;
    },
  },
  {
    id: "circleci",
    title: "CircleCI",
    here: ({ CIRCLECI }) => CIRCLECI === "true",
    token: async ({ env, audience }) => {
      const words = ["run", "oidc", "get", "--claims", JSON.stringify({ aud: [audience] })];
      const asked = await program("circleci", words, env);
      const token = asked ?? env.CIRCLE_OIDC_TOKEN_V2 ?? env.CIRCLE_OIDC_TOKEN;
      if (!token) throw refuse("the job has no CIRCLE_OIDC_TOKEN_V2: does it use a context?");
      return Secret.copy(token);
    },
  },
  {
    id: "buildkite",
    title: "Buildkite",
    here: ({ BUILDKITE }) => BUILDKITE === "true",
    token: async ({ env, audience }) => {
      const token = await program("buildkite-agent", ["oidc", "request-token", "--audience", audience], env);
      if (token === null) throw refuse("`buildkite-agent oidc request-token` gave none");
      return Secret.copy(token);
    },
  },
  {
    id: "bitbucket",
    title: "Bitbucket Pipelines",
    here: ({ BITBUCKET_BUILD_NUMBER }) => Boolean(BITBUCKET_BUILD_NUMBER),
    token: ({ env }) => {
      const token = env.BITBUCKET_STEP_OIDC_TOKEN;
      if (!token) throw refuse("the step needs `oidc: true`");
      return Promise.resolve(Secret.copy(token));
    },
  },
  {
    id: "azure-devops",
    title: "Azure DevOps",
    here: ({ TF_BUILD }) => TF_BUILD === "True",
    token: async ({ env }) => {
      const { SYSTEM_OIDCREQUESTURI: url, SYSTEM_ACCESSTOKEN: bearer } = env;
      const serviceConnectionId = env.AZURESUBSCRIPTION_SERVICE_CONNECTION_ID;
      if (!url || !bearer || !serviceConnectionId)
        throw refuse(
          "it needs SYSTEM_OIDCREQUESTURI, SYSTEM_ACCESSTOKEN and AZURESUBSCRIPTION_SERVICE_CONNECTION_ID: pass them to the step with `env:`",
        );
      const address = withQuery(url, { "api-version": "7.1", serviceConnectionId });
      return await ask({ url: address, bearer, member: "oidcToken", method: "POST" });
    },
  },
  {
    id: "kubernetes",
    title: "Kubernetes",
    here: ({ KUBERNETES_SERVICE_HOST, BULKHEAD_ID_TOKEN_FILE }) =>
      Boolean(KUBERNETES_SERVICE_HOST) && (Boolean(BULKHEAD_ID_TOKEN_FILE) || existsSync(ACCOUNT_TOKEN)),
    token: async ({ env }) => (await given(env)) ?? (await tokenFile(ACCOUNT_TOKEN)),
  },
  {
    id: "oidc",
    title: "an identity token of BULKHEAD_ID_TOKEN",
    here: ({ BULKHEAD_ID_TOKEN, BULKHEAD_ID_TOKEN_FILE }) =>
      Boolean(BULKHEAD_ID_TOKEN || BULKHEAD_ID_TOKEN_FILE),
    token: async ({ env }) => (await given(env)) ?? Secret.copy(""),
  },
];

/** Where this process runs; a runner within a cluster is first of all a runner. */
export const platformHere = (env: Env): Platform | null => platforms.find(({ here }) => here(env)) ?? null;

class Refusal extends Error {}
const refuse = (problem: string): Refusal => new Refusal(problem);

/** Throws `run.identity-failed`; never with what the platform answered. */
export async function tokenOf(platform: Platform, request: TokenRequest): Promise<Secret> {
  try {
    const token = await platform.token(request);
    if (token.length === 0) throw refuse("it is empty");
    return token;
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    throw new BulkheadError("run.identity-failed", { platform: platform.title, problem: cause.message });
  }
}

function withQuery(url: string, query: Readonly<Record<string, string>>): URL {
  if (!URL.canParse(url)) throw refuse("its address cannot be read");
  const address = new URL(url);
  for (const [name, value] of Object.entries(query)) address.searchParams.set(name, value);
  const local = ["127.0.0.1", "localhost", "[::1]"].includes(address.hostname);
  if (address.protocol !== "https:" && !local) throw refuse("its address is not https");
  return address;
}

interface Asked {
  readonly url: URL;
  readonly bearer: string;
  /** Of the JSON answer. */
  readonly member: string;
  readonly method: "GET" | "POST";
}

async function ask({ url, bearer, member, method }: Asked): Promise<Secret> {
  let text: string;
  let status: number;
  try {
    const answer = await fetch(url, {
      method,
      redirect: "error",
      signal: AbortSignal.timeout(ANSWER_MS),
      headers: { authorization: `Bearer ${bearer}`, accept: "application/json; api-version=2.0" },
    });
    status = answer.status;
    text = await answer.text();
  } catch {
    throw refuse(`no answer from ${url.host}`);
  }
  if (status !== 200) throw refuse(`${url.host} answered with status ${status}`);
  if (text.length > MOST_BYTES) throw refuse("its answer is too long");
  try {
    const token = (JSON.parse(text) as Readonly<Record<string, unknown>>)[member];
    if (typeof token === "string") return Secret.copy(token);
  } catch {
    // said below, without the answer
  }
  throw refuse(`the answer of ${url.host} holds no ${member}`);
}

/** What a program of the runner prints; null when it is not there or fails. */
async function program(name: string, words: readonly string[], env: Env): Promise<string | null> {
  try {
    const options = { env: { ...env }, timeout: ANSWER_MS, maxBuffer: MOST_BYTES };
    const { stdout } = await promisify(execFile)(name, [...words], options);
    return stdout.trim() === "" ? null : stdout.trim();
  } catch {
    return null;
  }
}

/** A cluster gives this file to the pod's own user: its mode is not ours to judge. */
async function tokenFile(path: string): Promise<Secret> {
  try {
    return Secret.own(trimNewline(await readFile(path)));
  } catch (cause) {
    throw refuse(`${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? "unknown"})`);
  }
}
