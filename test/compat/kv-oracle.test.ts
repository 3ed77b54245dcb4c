/** The kv engine, AppRole, userpass and batch tokens answer a list of requests as a real OpenBao server does; every difference has its reason in the list. */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { approle } from "../../src/auth/approle/index.ts";
import { token } from "../../src/auth/token/index.ts";
import { userpass } from "../../src/auth/userpass/index.ts";
import { kv } from "../../src/engines/kv/index.ts";
import { sys } from "../../src/engines/sys/index.ts";
import { type Bao, startBao } from "../support/bao.ts";
import {
  type OracleRequest,
  approleRequests,
  batchRequests,
  kvRequests,
  kvV1Requests,
  userpassRequests,
} from "../support/kv-requests.ts";
import { type PluginApi, pluginApi } from "../support/plugin-api.ts";
import { NO_PIP } from "../support/python.ts";

interface Seen {
  readonly status: number;
  readonly body: unknown;
}

/** Fields one of the two has and the other does not, by name, and why. */
const OWN_FIELDS: Readonly<Record<string, string>> = {
  metadata_cas_required: "OpenBao's own setting; Vault has none",
  current_metadata_version: "OpenBao's own counter; Vault has none",
  token_strictly_bind_ip: "OpenBao's own option; Vault has none",
  identity_policies: "null in Vault's form, left out by OpenBao while there are none",
  request_id: "random",
  accessor: "random",
  secret_id_accessor: "random",
  client_token: "random",
  entity_id: "there are no entities yet",
  mount_accessor: "random",
};
const TIME = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Without what is random or of one side alone: times are `time`, random ids go. */
function plain(node: unknown, name = ""): unknown {
  if (typeof node === "string")
    return TIME.test(node) ? "time" : name === "secret_id" && node.length === 36 ? "id" : node;
  if (Array.isArray(node)) return node.map((one) => plain(one));
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !(key in OWN_FIELDS))
      .map(([key, value]) => [key, emptyAsNull(key, plain(value, key))]),
  );
}

/** OpenBao gives an unset list now as null, now as []. */
const emptyAsNull = (key: string, value: unknown): unknown =>
  key.endsWith("cidrs") && Array.isArray(value) && value.length === 0 ? null : value;

async function askBao(bao: Bao, { method, path, body }: OracleRequest): Promise<Seen> {
  const listing = method === "LIST";
  const response = await fetch(
    `${bao.address}/v1/${path.replace(/[^?&=/.%\w-]/g, encodeURIComponent)}${listing ? "?list=true" : ""}`,
    {
      method: listing ? "GET" : method,
      headers: {
        "x-vault-token": bao.token,
        "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
      },
      ...(body && { body: JSON.stringify(body) }),
    },
  );
  const text = await response.text();
  return { status: response.status, body: plain(text === "" ? null : JSON.parse(text)) };
}

async function askBulkhead(api: PluginApi, { method, path, body }: OracleRequest): Promise<Seen> {
  const { status, text } = await api.call(method, path, body);
  return { status, body: plain(text === "" ? null : JSON.parse(text)) };
}

/** Go joins several errors into one text with a heading. */
const bare = (seen: Seen): Seen => ({
  status: seen.status,
  body: JSON.parse(
    JSON.stringify(seen.body).replace(/1 error occurred:\\n\\t\* (.*?)\\n\\n/g, "$1"),
  ) as unknown,
});

interface Mount {
  readonly kind: "secret" | "auth";
  readonly path: string;
  readonly type: string;
  readonly options?: Record<string, string>;
}

/** At `secret/` OpenBao's development server has one already. */
const SECRET: Mount = { kind: "secret", path: "secret/", type: "kv-v2" };
const APPROLE: Mount = { kind: "auth", path: "approle/", type: "approle" };
const USERPASS: Mount = { kind: "auth", path: "userpass/", type: "userpass" };
const VERSION_1: readonly Mount[] = [
  SECRET,
  { kind: "secret", path: "k1/", type: "kv" },
  { kind: "secret", path: "k2/", type: "kv-v1" },
  { kind: "secret", path: "k3/", type: "kv", options: { version: "1" } },
];

async function compare(
  context: TestContext,
  requests: readonly OracleRequest[],
  mounts: readonly Mount[],
): Promise<void> {
  const bao = await startBao();
  if (bao === null) {
    context.skip(NO_PIP);
    return;
  }
  context.after(() => bao.stop());
  const api = await pluginApi(context, { engines: [kv, sys], authMethods: [token, approle, userpass] });
  for (const mount of mounts) {
    const { kind, path, ...body } = mount;
    if (mount !== SECRET)
      await askBao(bao, {
        method: "POST",
        path: `sys/${kind === "auth" ? "auth" : "mounts"}/${path.slice(0, -1)}`,
        body,
      });
    await api.kernel.services.mounts.mount(kind, path, body);
  }
  const differences: string[] = [];
  for (const request of requests) {
    const theirs: Seen = bare(await askBao(bao, request));
    const ours: Seen = bare(await askBulkhead(api, request));
    let same = true;
    try {
      assert.deepEqual(ours, theirs);
    } catch {
      same = false;
    }
    const line = `${request.method} ${request.path} ${JSON.stringify(request.body ?? null)}`;
    if (same && request.differs !== undefined)
      differences.push(`${line}: no difference any more (${request.differs})`);
    if (!same && request.differs === undefined)
      differences.push(`${line}\n  theirs ${JSON.stringify(theirs)}\n  ours   ${JSON.stringify(ours)}`);
  }
  assert.deepEqual(differences, []);
}

test("kv answers as OpenBao", (context) => compare(context, kvRequests, [SECRET]));
test("kv version 1 answers as OpenBao", (context) => compare(context, kvV1Requests, VERSION_1));
test("userpass answers as OpenBao", (context) => compare(context, userpassRequests, [SECRET, USERPASS]));
test("batch tokens are made as in OpenBao", (context) => compare(context, batchRequests, [SECRET]));
test("AppRole answers as OpenBao", (context) => compare(context, approleRequests, [APPROLE]));
