/** Two servers, one list of requests: the same status, shape and words, or a difference with its reason. For auth methods. */
import type { ApiMethod } from "../../src/core/ports/api.ts";
import type { Bao } from "./bao.ts";
import { type Seen, Tally, askOver, compareAll, parse } from "./oracle.ts";
import type { PluginApi } from "./plugin-api.ts";

export interface LoginRequest {
  readonly method: ApiMethod;
  /** Below `auth/`. */
  readonly path: string;
  readonly body?: object;
  /** Sent without a token. */
  readonly open?: boolean;
  /** A login that fails: the same status, but the caller does not learn why. */
  readonly refusal?: boolean;
  /** Why Bulkhead's status, shape or text is another one. */
  readonly differs?: string;
}

/** Members of one side alone, and why. */
const OWN_MEMBERS: Readonly<Record<string, string>> = {
  request_id: "random",
  entity_id: "random, or empty where no identity store is mounted",
  client_token: "random",
  accessor: "random",
  token_strictly_bind_ip: "OpenBao's own",
  token_policies_template_claims: "OpenBao's own",
  callback_mode: "OpenBao's own",
  oauth2_metadata: "OpenBao's own",
  oidc_disable_confirmation: "OpenBao's own",
  override_allowed_server_names: "OpenBao's own",
  skip_jwks_validation: "kept, and so shown",
  broad: "what allow_broad stands for",
  allow_broad: "Bulkhead's own",
  identity_policies: "shown as null where there are none",
  namespace_in_state: "there are no namespaces: kept for clients, without effect",
};
/** Former names are taken, and not repeated in answers. */
const FORMER = ["policies", "ttl", "max_ttl", "num_uses", "period", "bound_cidrs"];
/** The job's facts, which Bulkhead adds for platforms it knows. */
const FACTS = ["ci_system", "repository", "workflow", "job", "run", "commit", "ref", "actor", "environment"];

export function plain(node: unknown, name = ""): unknown {
  if (typeof node === "string")
    return node
      .replace(/^1 error occurred:\n\t\* ([^]*?)\n\n$/, "$1")
      .replace(/[?&](?:state|nonce|code_challenge)=[\w-]+/g, "");
  if (Array.isArray(node)) return node.map((one) => plain(one, name));
  if (node === null || typeof node !== "object") return node;
  const role = Object.hasOwn(node, "token_policies") && Object.hasOwn(node, "token_ttl");
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !Object.hasOwn(OWN_MEMBERS, key))
      .filter(([key]) => !(role && FORMER.includes(key)))
      .filter(([key]) => !(name === "metadata" && FACTS.includes(key)))
      .map(([key, value]) => [key, plain(value, key)]),
  );
}

const errorsOf = ({ body }: Seen): readonly string[] =>
  (body as { readonly errors?: readonly string[] } | null)?.errors ?? [];

/** A refused login: the same status, and no word of why. */
function judge({ refusal }: LoginRequest, ours: Seen, theirs: Seen): string | null | undefined {
  if (refusal !== true) return undefined;
  if (ours.status !== theirs.status || ours.status < 400) return "another status of a refused login";
  return /^(?:login refused|permission denied) \([0-9a-f-]{36}\)$/.test(errorsOf(ours).join())
    ? null
    : "it says more than that it failed";
}

/** Asks both and asserts that nothing differs without a reason. `part`: the method, and where it is mounted. */
export async function compare(
  bao: Bao,
  api: PluginApi,
  part: string,
  requests: readonly LoginRequest[],
): Promise<Tally> {
  const tally = await Tally.of(part, { [`auth/${part}/`]: `auth/${part}` });
  const ask = askOver(bao.address, bao.token);
  const below = requests.map((request) => ({ ...request, path: `auth/${request.path}` }));
  const shown = ({ status, body }: Seen): Seen => ({ status, body: plain(body) });
  await compareAll<LoginRequest>(
    {
      tally,
      judge,
      theirs: async (request) => shown(await ask(request, request.open === true ? null : bao.token)),
      ours: async ({ method, path, body, open }) => {
        const { status, text } = await api.call(method, path, body, open === true ? { token: "" } : {});
        return shown({ status, body: parse(text) });
      },
    },
    below,
  );
  tally.finish();
  return tally;
}
