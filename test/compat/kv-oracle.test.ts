/** The kv engine, AppRole, userpass and batch tokens answer a list of requests as a real OpenBao server does; every difference has its reason in the list. */
import { type TestContext, test } from "node:test";
import { approle } from "../../src/auth/approle/index.ts";
import { token } from "../../src/auth/token/index.ts";
import { userpass } from "../../src/auth/userpass/index.ts";
import { kv } from "../../src/engines/kv/index.ts";
import { sys } from "../../src/engines/sys/index.ts";
import { startBao } from "../support/bao.ts";
import {
  type OracleRequest,
  approleRequests,
  batchRequests,
  kvRequests,
  kvV1Requests,
  userpassRequests,
} from "../support/kv-requests.ts";
import { type Seen, Tally, askOver, compareAll, parse } from "../support/oracle.ts";
import { pluginApi } from "../support/plugin-api.ts";
import { NO_PIP } from "../support/python.ts";

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
  part: string,
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
  const theirs = askOver(bao.address, bao.token);
  for (const mount of mounts) {
    const { kind, path, ...body } = mount;
    if (mount !== SECRET)
      await theirs({
        method: "POST",
        path: `sys/${kind === "auth" ? "auth" : "mounts"}/${path.slice(0, -1)}`,
        body,
      });
    await api.kernel.services.mounts.mount(kind, path, body);
  }
  const named = mounts.map(({ kind, path, type }) => [
    kind === "auth" ? `auth/${path}` : path,
    kind === "auth" ? `auth/${type}` : type === "kv" ? "kv-v1" : type,
  ]);
  const tally = await Tally.of(part, Object.fromEntries(named) as Record<string, string>);
  const shown = ({ status, body }: Seen): Seen => bare({ status, body: plain(body) });
  await compareAll<OracleRequest>(
    {
      tally,
      theirs: async (request) => shown(await theirs(request)),
      ours: async ({ method, path, body }) => {
        const { status, text } = await api.call(method, path, body);
        return shown({ status, body: parse(text) });
      },
    },
    requests,
  );
  tally.finish();
}

test("kv answers as OpenBao", (context) => compare(context, "kv-v2", kvRequests, [SECRET]));
test("kv version 1 answers as OpenBao", (context) => compare(context, "kv-v1", kvV1Requests, VERSION_1));
test("userpass answers as OpenBao", (context) =>
  compare(context, "userpass", userpassRequests, [SECRET, USERPASS]));
test("batch tokens are made as in OpenBao", (context) =>
  compare(context, "batch-tokens", batchRequests, [SECRET]));
test("AppRole answers as OpenBao", (context) => compare(context, "approle", approleRequests, [APPROLE]));
