/** The kubernetes method answers a long list of requests as a real OpenBao server does; every difference has its reason in the list. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { kubernetes } from "../../src/auth/kubernetes/index.ts";
import { startBao } from "../support/bao.ts";
import { startCluster } from "../support/cluster.ts";
import { kubernetesRequests } from "../support/kubernetes-requests.ts";
import { compare } from "../support/login-oracle.ts";
import { pluginApi } from "../support/plugin-api.ts";
import { NO_PIP } from "../support/python.ts";

test("kubernetes answers as OpenBao", { timeout: 300_000 }, async (context) => {
  const bao = await startBao();
  if (bao === null) return context.skip(NO_PIP);
  context.after(() => bao.stop());
  const cluster = await startCluster();
  context.after(() => cluster.close());
  const api = await pluginApi(context, { authMethods: [kubernetes] });
  api.clock.advance(Date.now() - api.clock.now());
  await fetch(`${bao.address}/v1/sys/auth/kubernetes`, {
    method: "POST",
    headers: { "x-vault-token": bao.token },
    body: JSON.stringify({ type: "kubernetes" }),
  });
  await api.kernel.services.mounts.mount("auth", "kubernetes/", { type: "kubernetes" });
  const requests = await kubernetesRequests(cluster);
  const { differences } = await compare(bao, api, "kubernetes", requests);
  assert.ok(differences <= 30, `${differences} differ`);
});
