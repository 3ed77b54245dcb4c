/**
 * The policy oracle once more, through Bulkhead's own HTTP server: the same sets of policies and requests go to a real OpenBao
 * server and to this one, token, mount, policy cache and all, and each is decided alike. (`test/compat/policy-oracle.test.ts`
 * holds the library to the same.) Wrapping is not offered here and refused before any decision, so no request asks for it.
 */
import assert from "node:assert/strict";
import { Agent } from "node:http";
import { after, before, test } from "node:test";
import { startHttpServer } from "../../src/server/http.ts";
import { createLog } from "../../src/server/log.ts";
import { createMetrics } from "../../src/server/metrics.ts";
import { type Bao, startBao } from "../support/bao.ts";
import { flatEngine } from "../support/flat-engine.ts";
import { openTestKernel } from "../support/kernel.ts";
import {
  type PolicyCase,
  describeDisagreement,
  disagreements,
  policyCases,
} from "../support/policy-cases.ts";
import { callerOf, decideAll, serverDecider } from "../support/policy-server.ts";
import { NO_PIP } from "../support/python.ts";
import { scale } from "../support/scale.ts";

const MOUNT = "o";
const COUNT = scale(500, 8_000);
const SEED = 17;
const CONNECTIONS = 8;

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
let bao: Bao | null = null;
let address = "";
let token = "";
let stop: () => Promise<void>;

before(async () => {
  bao = await startBao();
  const at = await openTestKernel({ engines: [flatEngine] });
  const http = await startHttpServer({
    handle: at.kernel.handle,
    listen: "127.0.0.1:0",
    log: createLog("silent"),
    metrics: createMetrics({ version: "test", sealed: () => at.kernel.sealed }),
  });
  address = http.address;
  token = at.root;
  stop = async () => {
    await http.stop(1_000);
    await at.close();
  };
});

after(async () => {
  agent.destroy();
  await bao?.stop();
  await stop();
});

const unwrapped = (set: PolicyCase): PolicyCase => ({
  ...set,
  requests: set.requests.map(({ wrap: _, ...request }) => request),
});

test("Bulkhead's server decides every request and answers every capability as OpenBao's does", async (t) => {
  if (bao === null) return t.skip(NO_PIP);
  const cases = policyCases(COUNT, SEED, MOUNT).map(unwrapped);
  const [expected, actual] = await Promise.all([
    decideAll(await serverDecider({ ...bao, agent }, MOUNT), cases, CONNECTIONS),
    decideAll(
      await serverDecider({ address, token, agent }, MOUNT, { engine: { type: "flat" }, scanByQuery: true }),
      cases,
      CONNECTIONS,
    ),
  ]);
  const found = cases.flatMap((set, at) => {
    const [theirs, ours] = [expected[at], actual[at]];
    assert.ok(theirs !== undefined && ours !== undefined);
    return disagreements(set, theirs, ours);
  });
  assert.equal(
    found.length,
    0,
    `${found.length} disagreements in ${COUNT} sets\n${found.slice(0, 5).map(describeDisagreement).join("\n")}`,
  );
  const all = expected.flatMap(({ allowed }) => allowed);
  const granted = all.filter(Boolean).length;
  t.diagnostic(`${COUNT} sets, ${all.length} requests, ${granted} of them allowed`);
  assert.ok(granted > all.length / 10 && granted < (all.length * 9) / 10, "grants and refusals");
});

test("a changed policy counts at the next request, a removed one grants nothing, and tokens die with their parent", async () => {
  const root = callerOf({ address, token, agent });
  const policy = (capability: string) => ({
    policy: `path "${MOUNT}/live" { capabilities = ["${capability}"] }`,
  });
  await root("POST", `sys/mounts/${MOUNT}`, { type: "flat" }); // 400 where the test above mounted it
  await root("PUT", "sys/policies/acl/live", policy("read"));
  const made = await root("POST", "auth/token/create", { policies: ["live"], no_default_policy: true });
  const child = (JSON.parse(made.body) as { auth: { client_token: string } }).auth.client_token;
  const own = callerOf({ address, token: child, agent });
  const status = async (method: string): Promise<boolean> =>
    (await own(method, `${MOUNT}/live`, method === "POST" ? { x: 1 } : undefined)).status !== 403;
  assert.deepEqual([await status("GET"), await status("POST")], [true, false]);
  await root("PUT", "sys/policies/acl/live", policy("create"));
  assert.deepEqual([await status("GET"), await status("POST")], [false, true]);
  await root("PUT", "sys/policies/acl/live", policy("deny"));
  assert.deepEqual([await status("GET"), await status("POST")], [false, false]);
  await root("DELETE", "sys/policies/acl/live");
  assert.deepEqual([await status("GET"), await status("POST")], [false, false]);
});
