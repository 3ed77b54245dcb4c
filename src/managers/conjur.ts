/**
 * `conjur://VARIABLE`: CyberArk Conjur, by its own variables: `CONJUR_APPLIANCE_URL`, `CONJUR_ACCOUNT`, and a login with its API key
 * (`CONJUR_AUTHN_LOGIN`, `CONJUR_AUTHN_API_KEY`), the platform's token (`CONJUR_AUTHN_JWT_SERVICE_ID`) or a token file.
 */
import { readFile } from "node:fs/promises";
import { BulkheadError } from "../core/errors.ts";
import { asked, json, member, refused, resolvedOf } from "./answers.ts";
import type { Listed, Manager, Reference, ResolveContext } from "./types.ts";

const noIdentity = (reference: Reference, problem: string): BulkheadError =>
  new BulkheadError("reference.no-identity", {
    reference: reference.text,
    problem,
    help: "CONJUR_AUTHN_LOGIN with CONJUR_AUTHN_API_KEY, or CONJUR_AUTHN_JWT_SERVICE_ID with JWT_TOKEN_PATH, say who you are",
  });

interface Appliance {
  readonly base: string;
  readonly account: string;
  readonly ca: string | undefined;
  readonly authorization: string;
}

async function read(reference: Reference, path: string): Promise<string> {
  return await readFile(path, "utf8").catch(() => {
    throw noIdentity(reference, `${path} cannot be read`);
  });
}

async function appliance(reference: Reference, context: ResolveContext): Promise<Appliance> {
  const { env, signal } = context;
  const { CONJUR_APPLIANCE_URL: url, CONJUR_ACCOUNT: account } = env;
  if (!url || !account)
    throw noIdentity(reference, "CONJUR_APPLIANCE_URL and CONJUR_ACCOUNT are not both set");
  const base = url.replace(/\/$/, "");
  const ca = env.CONJUR_CERT_FILE ? await read(reference, env.CONJUR_CERT_FILE) : env.CONJUR_SSL_CERTIFICATE;
  const bearer = (token: string): string => `Token token="${Buffer.from(token).toString("base64")}"`;
  const shared = { base, account, ca: ca === "" ? undefined : ca };
  if (env.CONJUR_AUTHN_TOKEN_FILE)
    return { ...shared, authorization: bearer(await read(reference, env.CONJUR_AUTHN_TOKEN_FILE)) };
  const { path, body } = await login(reference, env);
  const answer = await asked(reference, {
    url: `${base}/${path}`,
    method: "POST",
    headers: {
      "content-type": path.startsWith("authn-jwt") ? "application/x-www-form-urlencoded" : "text/plain",
    },
    body,
    ca: shared.ca,
    signal,
  });
  if (answer.status !== 200) refused(reference, answer.status === 404 ? 403 : answer.status, "authenticate");
  return { ...shared, authorization: bearer(answer.body.toString("utf8")) };
}

async function login(
  reference: Reference,
  env: ResolveContext["env"],
): Promise<{ readonly path: string; readonly body: string }> {
  const account = encodeURIComponent(env.CONJUR_ACCOUNT ?? "");
  const { CONJUR_AUTHN_LOGIN: name, CONJUR_AUTHN_API_KEY: key, CONJUR_AUTHN_JWT_SERVICE_ID: service } = env;
  if (name && key) return { path: `authn/${account}/${encodeURIComponent(name)}/authenticate`, body: key };
  if (!service) throw noIdentity(reference, "nothing says who you are");
  const file = env.JWT_TOKEN_PATH ?? "/var/run/secrets/kubernetes.io/serviceaccount/token";
  const jwt = (env.CONJUR_AUTHN_JWT_TOKEN ?? (await read(reference, file))).trim();
  const host = env.CONJUR_AUTHN_JWT_HOST_ID;
  const path = [
    "authn-jwt",
    encodeURIComponent(service),
    account,
    ...(host ? [encodeURIComponent(host)] : []),
    "authenticate",
  ];
  return { path: path.join("/"), body: new URLSearchParams({ jwt }).toString() };
}

export const conjur: Manager = {
  scheme: "conjur",
  title: "CyberArk Conjur",
  example: "conjur://prod/ml/openai",
  resolve: async (reference, context) => {
    const { base, account, ca, authorization } = await appliance(reference, context);
    const url = `${base}/secrets/${encodeURIComponent(account)}/variable/${encodeURIComponent(reference.place)}`;
    const answer = await asked(reference, { url, headers: { authorization }, ca, signal: context.signal });
    if (answer.status !== 200) return refused(reference, answer.status);
    return resolvedOf(answer.body, null);
  },
  list: async (reference, context) => {
    const { base, account, ca, authorization } = await appliance(reference, context);
    const listed: Listed[] = [];
    const size = 1_000;
    for (let offset = 0; ; offset += size) {
      const query = new URLSearchParams({ kind: "variable", limit: String(size), offset: String(offset) });
      const url = `${base}/resources/${encodeURIComponent(account)}?${query.toString()}`;
      const answer = await asked(reference, { url, headers: { authorization }, ca, signal: context.signal });
      if (answer.status !== 200) return refused(reference, answer.status);
      const page = json(reference, answer.body) as readonly unknown[];
      for (const one of page) {
        const id = String(member(one, "id") ?? "")
          .split(":")
          .slice(2)
          .join(":");
        if (id.startsWith(reference.place))
          listed.push({ name: id.slice(reference.place.length), reference: `conjur://${id}` });
      }
      if (page.length < size) return listed;
    }
  },
};
