/** The jwt method answers a long list of requests as a real OpenBao server does; every difference has its reason in the list. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { jwt } from "../../src/auth/jwt/index.ts";
import { startBao } from "../support/bao.ts";
import { startIssuer } from "../support/issuer.ts";
import { jwtRequests } from "../support/jwt-requests.ts";
import { compare } from "../support/login-oracle.ts";
import { pluginApi } from "../support/plugin-api.ts";
import { NO_PIP } from "../support/python.ts";

test("jwt answers as OpenBao", { timeout: 300_000 }, async (context) => {
  const bao = await startBao();
  if (bao === null) return context.skip(NO_PIP);
  context.after(() => bao.stop());
  const issuer = await startIssuer();
  context.after(() => issuer.close());
  const api = await pluginApi(context, { authMethods: [jwt] });
  api.clock.advance(Date.now() - api.clock.now());
  await fetch(`${bao.address}/v1/sys/auth/jwt`, {
    method: "POST",
    headers: { "x-vault-token": bao.token },
    body: JSON.stringify({ type: "jwt" }),
  });
  await api.kernel.services.mounts.mount("auth", "jwt/", { type: "jwt" });
  const requests = await jwtRequests(issuer);
  const { differences } = await compare(bao, api, "jwt", requests);
  assert.ok(differences <= 30, `${differences} differ`);
});
