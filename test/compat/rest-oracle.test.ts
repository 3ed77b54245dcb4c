/**
 * Every route that both servers have, without a token and with one that does not exist: nothing is given, in the same words. And the
 * routes that no other list asks well.
 */
import test from "node:test";
import { MOUNTED, baoFacts, keyOf, keysOf, openRoutes, ourFacts } from "../../tools/api-facts.ts";
import { type Bao, startBao } from "../support/bao.ts";
import { type TestKernel, openTestKernel } from "../support/kernel.ts";
import { type Asked, type Seen, Tally, askOver, compareAll, keepFrom, parse } from "../support/oracle.ts";
import { NO_PIP } from "../support/python.ts";
import { type RestRequest, restRequests } from "../support/rest-requests.ts";

const TYPES = MOUNTED.filter(([, type]) => type !== "aws");
const MOUNTS = Object.fromEntries(
  TYPES.map(([kind, type]) => {
    const mount = kind === "auth" ? `auth/${type}` : type;
    return [`${mount}/`, mount];
  }),
);

const VARIES =
  /^(?:request_id|client_token|accessor|entity_id|secret_id|secret_id_accessor|creation_time|expiration_time|last_updated_time|issuer_id|key_id|serial_number|certificate|issuing_ca|ca_chain|csr|expiration|id|openapi|mount_accessor|revocation_time|revocation_time_rfc3339|imported_issuers|imported_keys|mapping|subject_key_id|default|previous|bundle|created_time|issue_time|not_before|display_name|path)$/;
/** Vault's form has them, or OpenBao's own: other oracles compare them. */
const LEFT_OUT = new Set(["identity_policies", "warnings"]);

function plain(node: unknown, name = ""): unknown {
  if (VARIES.test(name)) return "varies";
  if (name === "paths" || name === "components" || name === "info") return "the document";
  if (typeof node === "string")
    return node
      .replace(/^1 error occurred:\n\t\* ([^]*?)\n\n$/, "$1")
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "uuid")
      .replace(/\b(?:[0-9a-f]{2}:){17,19}[0-9a-f]{2}\b/g, "serial");
  if (Array.isArray(node))
    return node.map((one) => (name === "keys" && /^[\w-]{36,}$/.test(String(one)) ? "id" : plain(one)));
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !LEFT_OUT.has(key))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, value]) => [key, plain(value, key)]),
  );
}

const WRONG = "hvs.wrong";
const OPEN_THERE: readonly { readonly path: string; readonly also?: string; readonly reason: string }[] = [
  { path: "sys/step-down", also: WRONG, reason: "a server without others takes it there from anybody" },
  { path: "sys/internal/specs/openapi", reason: "which mounts there are is told to callers with a token" },
];

type Ask = (request: RestRequest, token?: string | null) => Promise<Seen>;

/** Certificates and lists come as bytes. */
const readable = (text: string): unknown => {
  try {
    return parse(text);
  } catch {
    return "bytes";
  }
};

const kernelAsk =
  (at: TestKernel): Ask =>
  async ({ method, path, body }, token) => {
    const [plainPath = "", query = ""] = path.split("?");
    const response = await at.kernel.handle({
      method: method as "GET",
      path: plainPath,
      query: new URLSearchParams(query),
      headers: {
        ...(token === null ? {} : { "x-vault-token": token ?? at.root }),
        "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
      },
      body: body === undefined ? null : Buffer.from(JSON.stringify(body)),
      remote: "127.0.0.1",
    });
    return { status: response.status, body: readable(Buffer.concat([...response.body]).toString("latin1")) };
  };

async function both(context: test.TestContext): Promise<{ bao: Bao; theirs: Ask; ours: Ask } | null> {
  const bao = await startBao();
  if (bao === null) return null;
  const at = await openTestKernel();
  context.after(async () => {
    await at.close();
    await bao.stop();
  });
  at.clock.advance(Date.now() - at.clock.now());
  const [theirs, ours]: readonly Ask[] = [askOver(bao.address, bao.token, readable), kernelAsk(at)];
  if (theirs === undefined || ours === undefined) throw new Error("two sides");
  for (const [kind, type] of TYPES)
    for (const ask of [theirs, ours])
      await ask({ method: "POST", path: `sys/${kind}/${type}`, body: { type } });
  return { bao, theirs, ours };
}

/** With what it kept of its own answers. */
function side(ask: Ask): Ask {
  const kept = new Map<string, string>();
  return async (request) => {
    const filled = JSON.parse(
      JSON.stringify(request).replace(/\{\{(\w+)\}\}/g, (_, name: string) =>
        JSON.stringify(kept.get(name) ?? "none").slice(1, -1),
      ),
    ) as RestRequest;
    const seen = await ask(filled);
    keepFrom(kept, request.keep, seen.body);
    return { status: seen.status, body: plain(seen.body) };
  };
}

test("no route that both have answers without a token, or with a wrong one", {
  timeout: 300_000,
}, async (context) => {
  const sides = await both(context);
  if (sides === null) return context.skip(NO_PIP);
  const known = new Set((await baoFacts(sides.bao, { mounted: true })).facts.map(keyOf));
  const open = await openRoutes();
  const METHODS = {
    read: "GET",
    list: "LIST",
    scan: "SCAN",
    update: "POST",
    patch: "PATCH",
    delete: "DELETE",
  };
  const requests = (await ourFacts()).facts
    .filter((fact) => !open.has(`${fact.mount} ${fact.path}`))
    .filter((fact) => keysOf(fact).some((key) => known.has(key)))
    .map(
      ({ mount, path, operation }): Asked => ({
        method: METHODS[operation],
        path: `${mount}/${path.replace(/\{\w+\*?\}/g, "x")}`,
        ...(["update", "patch"].includes(operation) && { body: {} }),
      }),
    );
  const tally = await Tally.of("without-token", MOUNTS);
  for (const token of [null, WRONG]) {
    const as = (ask: Ask) => async (request: Asked) => {
      const { status, body } = await ask(request, token);
      return { status, body: plain(body) };
    };
    await compareAll(
      {
        tally,
        theirs: as(sides.theirs),
        ours: as(sides.ours),
        judge: (_, ours) => (ours.status === 403 ? undefined : `answered ${ours.status}`),
      },
      requests.map((request) => {
        const differs = OPEN_THERE.find(
          ({ path, also }) => path === request.path && (token === null || also === token),
        );
        return differs === undefined ? request : { ...request, differs: differs.reason };
      }),
    );
  }
  tally.finish();
});

test("the routes that no other list asks well answer as OpenBao's", { timeout: 300_000 }, async (context) => {
  const sides = await both(context);
  if (sides === null) return context.skip(NO_PIP);
  const tally = await Tally.of("rest", MOUNTS);
  await compareAll({ tally, theirs: side(sides.theirs), ours: side(sides.ours) }, restRequests);
  tally.finish();
});
