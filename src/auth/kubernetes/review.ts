/** Asking the cluster about a token: TokenReview of `authentication.k8s.io/v1`. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Json } from "../../core/json-bytes.ts";
import { FetchError, fetchJson } from "../jwt/fetch.ts";
import { refuse } from "../jwt/refusal.ts";
import type { Config } from "./store.ts";

/** The pod that Bulkhead runs in, if it does. */
export interface Pod {
  /** Where the cluster puts the pod's token and its own certificates. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}
const POD: Pod = { folder: "/var/run/secrets/kubernetes.io/serviceaccount", env: process.env };
const SERVICE = /^kubernetes(?:\.default(?:\.svc(?:\.cluster\.local)?)?)?$/;

/**
 * Whether the configured address is the API server of the cluster that Bulkhead itself runs in. Only there the pod's own token is sent:
 * whoever may write a configuration must not have the server's identity delivered to an address of theirs.
 */
export function isOwnCluster(address: string, env: Readonly<Record<string, string | undefined>>): boolean {
  const { protocol, hostname, port } = new URL(address);
  if (protocol !== "https:") return false;
  if (SERVICE.test(hostname)) return true;
  const { KUBERNETES_SERVICE_HOST: own = "", KUBERNETES_SERVICE_PORT: ownPort = "443" } = env;
  return hostname.replace(/^\[(.*)\]$/, "$1") === own && (port || "443") === ownPort;
}

/** Empty outside of a pod. Read each time: the cluster changes them. */
async function own(file: "token" | "ca.crt", config: Config, { folder, env }: Pod): Promise<string> {
  if (config.disable_local_ca_jwt || !isOwnCluster(config.kubernetes_host, env)) return "";
  try {
    return (await readFile(join(folder, file), "utf8")).trim();
  } catch {
    return "";
  }
}

export interface Reviewed {
  readonly username: string;
  readonly uid: string;
}

/** Who the cluster says the token is. Throws `Refusal`. */
export async function review(
  config: Config,
  { token, audience, pod = POD }: { readonly token: string; readonly audience: string; readonly pod?: Pod },
): Promise<Reviewed> {
  const reviewer = config.token_reviewer_jwt || (await own("token", config, pod)) || token;
  if (!/^[\x21-\x7e]+$/.test(reviewer)) throw refuse("the reviewer's token cannot stand in a header");
  const answer = await fetchJson(
    `${config.kubernetes_host.replace(/\/$/, "")}/apis/authentication.k8s.io/v1/tokenreviews`,
    {
      method: "POST",
      redirects: 0,
      ca: config.kubernetes_ca_cert || (await own("ca.crt", config, pod)),
      headers: { authorization: `Bearer ${reviewer}`, "content-type": "application/json" },
      body: JSON.stringify({
        apiVersion: "authentication.k8s.io/v1",
        kind: "TokenReview",
        spec: { token, ...(audience !== "" && { audiences: [audience] }) },
      }),
    },
  ).catch((error: unknown) => {
    throw error instanceof FetchError ? refuse(`the cluster cannot be asked: ${error.message}`) : error;
  });
  const status = at(answer, "status");
  if (at(status, "authenticated") !== true) throw refuse("the cluster does not know the token (any more)");
  const audiences = at(status, "audiences");
  // an authenticator that knows no audiences answers without them: then it did not check
  if (audience !== "" && !(Array.isArray(audiences) && audiences.includes(audience)))
    throw refuse("the cluster does not confirm the audience", { claim: "aud", expected: audience });
  const user = at(status, "user");
  const [username, uid] = [at(user, "username"), at(user, "uid")];
  return { username: typeof username === "string" ? username : "", uid: typeof uid === "string" ? uid : "" };
}

/** The names asked for stand on no prototype. */
const at = (node: Json | undefined, name: string): Json | undefined =>
  (node as Readonly<Record<string, Json>> | null | undefined)?.[name];
