/** Identities answer a long list of requests as a real OpenBao server does; every difference has its reason in the list. */
import { test } from "node:test";
import { authMethods } from "../../src/auth/index.ts";
import { identity } from "../../src/engines/identity/index.ts";
import { sys } from "../../src/engines/sys/index.ts";
import { type Bao, startBao } from "../support/bao.ts";
import { type IdentityRequest, identityRequests } from "../support/identity-requests.ts";
import { type Seen, Tally, askOver, compareAll, keepFrom, parse } from "../support/oracle.ts";
import { type PluginApi, pluginApi } from "../support/plugin-api.ts";
import { NO_PIP } from "../support/python.ts";

/** Members of one side alone, and why. */
const OWN_MEMBERS: Readonly<Record<string, string>> = {
  request_id: "random",
  external_namespace_policies: "there are no namespaces",
  mfa_requirement: "null on both sides where there",
  warnings: "which policies do not exist is not told; what matters is in the data",
  issue_time: "times",
  creation_time: "times",
  expire_time: "times",
  last_update_time: "times",
  last_renewal: "times",
  last_renewal_time: "times",
};
/** Random, or of the moment, on both sides. */
const FORMS: Readonly<Record<string, string>> = {
  client_token: "token",
  accessor: "accessor",
  token: "token",
  client_id: "client",
  creation_time: "seconds",
};
/** Empty lists that one side leaves out or writes as null. */
const EMPTY_ALIKE = [
  "identity_policies",
  "member_entity_ids",
  "custom_metadata",
  "merged_from_canonical_ids",
  "parent_group_ids",
];
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

type Kept = ReadonlyMap<string, string>;

function plain(node: unknown, kept: Kept, name = ""): unknown {
  if (typeof node === "string") return plainText(node, kept, name);
  if (Array.isArray(node)) {
    if (node.length === 0 && EMPTY_ALIKE.includes(name)) return undefined;
    const all = node.map((one) => plain(one, kept, name));
    // sorted by what is random
    return name === "keys" || name.endsWith("_ids") || name === "identity_policies"
      ? all.map(String).sort()
      : name === "aliases"
        ? all.map((one) => JSON.stringify(one)).sort()
        : all;
  }
  if (node === null) return EMPTY_ALIKE.includes(name) ? undefined : null;
  if (typeof node === "number") return node > 1e6 ? "seconds" : node;
  if (typeof node !== "object") return node;
  if (EMPTY_ALIKE.includes(name) && Object.keys(node).length === 0) return undefined;
  const entries = Object.entries(node)
    .filter(([key]) => !(key in OWN_MEMBERS))
    .map(([key, value]) => [plainText(key, kept, ""), plain(value, kept, key)] as const)
    .filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function plainText(text: string, kept: Kept, name: string): string {
  if (FORMS[name] !== undefined && text !== "") return FORMS[name];
  let shown = text;
  for (const [key, value] of kept) shown = shown.replaceAll(value, `{{${key}}}`);
  return shown
    .replace(UUID, "uuid")
    .replace(/\b(entity|group)_[0-9a-f]{8}(\.root)?\b/g, "$1_auto")
    .replace(/^1 error occurred:\n\t\* ([^]*?)\n\n$/, "$1");
}

interface Sent extends IdentityRequest {
  readonly as?: string | undefined;
}
type Ask = (request: Sent) => Promise<Seen>;

const baoAsks = (bao: Bao): Ask => {
  const ask = askOver(bao.address, bao.token);
  return (request) => ask(request, request.as);
};

const bulkheadAsks =
  (api: PluginApi): Ask =>
  async ({ method, path, body, as }) => {
    const { status, text } = await api.call(method, path, body, as === undefined ? {} : { token: as });
    return { status, body: parse(text) };
  };

/** A side with what it kept of its own answers. */
function side(ask: Ask, known: Readonly<Record<string, string>>): Ask {
  const kept = new Map(Object.entries(known));
  return async (request) => {
    const filled = JSON.parse(
      JSON.stringify(request).replace(/\{\{(\w+)\}\}/g, (all, name: string) =>
        name === "bogus" ? all : (kept.get(name) ?? "none"),
      ),
    ) as IdentityRequest;
    const as = request.token === undefined ? undefined : (kept.get(request.token) ?? "none");
    const seen = await ask({ ...filled, as });
    keepFrom(kept, request.keep, seen.body);
    return { status: seen.status, body: plain(seen.body, kept) };
  };
}

test("identities answer as OpenBao's", { timeout: 300_000 }, async (context) => {
  const bao = await startBao();
  if (bao === null) return context.skip(NO_PIP);
  context.after(() => bao.stop());
  const api = await pluginApi(context, { engines: [sys, identity], authMethods });
  const accessors = async (ask: Ask): Promise<Record<string, string>> => {
    for (const path of ["userpass", "second"])
      await ask({ method: "POST", path: `sys/auth/${path}`, body: { type: "userpass" } });
    const { body } = await ask({ method: "GET", path: "sys/auth" });
    const { data } = body as { data: Record<string, { accessor: string }> };
    return { acc: data["userpass/"]?.accessor ?? "", acc2: data["second/"]?.accessor ?? "" };
  };
  const theirSide = side(baoAsks(bao), await accessors(baoAsks(bao)));
  const ourSide = side(bulkheadAsks(api), await accessors(bulkheadAsks(api)));
  const tally = await Tally.of("identity", {
    "identity/": "identity",
    "auth/userpass/": "auth/userpass",
    "auth/second/": "auth/userpass",
  });
  await compareAll({ tally, theirs: theirSide, ours: ourSide }, identityRequests);
  tally.finish();
});
