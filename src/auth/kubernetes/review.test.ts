/** Asking the cluster: with whose token, trusting whom, and which of its answers count. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { makeCertificate } from "../../../test/support/certificates.ts";
import { type Pod, review } from "./review.ts";
import type { Config } from "./store.ts";

const CONFIG: Config = {
  kubernetes_host: "",
  kubernetes_ca_cert: "",
  token_reviewer_jwt: "",
  pem_keys: [],
  issuer: "",
  disable_iss_validation: true,
  disable_local_ca_jwt: false,
};

/** A cluster over TLS, and the pod that runs in it. */
async function open(context: TestContext) {
  const now = Date.now();
  const own = makeCertificate({
    cn: "cluster",
    ca: true,
    usages: ["DigitalSignature", "CertSign"],
    names: [{ kind: "ip", value: "127.0.0.1" }],
    from: now - 86_400_000,
    until: now + 86_400_000,
  });
  const seen: { authorization: string | undefined; audiences: unknown }[] = [];
  const said: { status: unknown } = {
    status: { authenticated: true, user: { username: "system:serviceaccount:ml:train", uid: "u-1" } },
  };
  const server = createServer({ cert: own.pem, key: own.keyPem }, (request, response) => {
    let body = "";
    request.on("data", (text: Buffer) => (body += text.toString()));
    request.on("end", () => {
      const { spec } = JSON.parse(body) as { spec: { audiences?: unknown } };
      seen.push({ authorization: request.headers.authorization, audiences: spec.audiences });
      response.end(JSON.stringify(said));
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-pod-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "token"), "pods-own\n");
  writeFileSync(join(folder, "ca.crt"), own.pem);
  const port = String((server.address() as AddressInfo).port);
  const pod: Pod = { folder, env: { KUBERNETES_SERVICE_HOST: "127.0.0.1", KUBERNETES_SERVICE_PORT: port } };
  const config: Config = { ...CONFIG, kubernetes_host: `https://127.0.0.1:${port}/` };
  const ask = (more: Partial<Config> = {}, asked: { token?: string; audience?: string; pod?: Pod } = {}) =>
    review({ ...config, ...more }, { token: "jobs", audience: "", pod, ...asked });
  return { ask, own, pod, folder, seen, said };
}

test("the reviewer's token asks, else the pod's in its own cluster, else the one in question", async (context) => {
  const { ask, own, pod, folder, seen } = await open(context);
  const who = { username: "system:serviceaccount:ml:train", uid: "u-1" };
  assert.deepEqual(await ask(), who);
  await ask({ token_reviewer_jwt: "reviewers" });
  const elsewhere: Pod = { ...pod, env: { ...pod.env, KUBERNETES_SERVICE_HOST: "10.96.0.1" } };
  await ask({ kubernetes_ca_cert: own.pem }, { pod: elsewhere });
  await ask({ kubernetes_ca_cert: own.pem, disable_local_ca_jwt: true });
  rmSync(join(folder, "token"));
  await ask();
  assert.deepEqual(
    seen.map(({ authorization }) => authorization),
    ["Bearer pods-own", "Bearer reviewers", "Bearer jobs", "Bearer jobs", "Bearer jobs"],
  );
});

test("the cluster's certificate is held against what is configured, else the pod's own", async (context) => {
  const { ask, pod } = await open(context);
  const other = makeCertificate({ cn: "other", ca: true });
  await assert.rejects(ask({ kubernetes_ca_cert: other.pem }), /the cluster cannot be asked/);
  await assert.rejects(ask({}, { pod: { ...pod, env: {} } }), /the cluster cannot be asked/);
  await assert.rejects(ask({ disable_local_ca_jwt: true }), /the cluster cannot be asked/);
});

test("what cannot stand in a header is not sent", async (context) => {
  const { ask, seen } = await open(context);
  for (const token of ["a b", "a\r\nx: y", "é", "a\n"])
    await assert.rejects(ask({ disable_local_ca_jwt: true }, { token }), /cannot stand in a header/);
  assert.equal(seen.length, 0);
});

test("an audience that was asked for must be confirmed", async (context) => {
  const { ask, seen, said } = await open(context);
  await ask();
  assert.equal(seen.at(-1)?.audiences, undefined);
  for (const [audiences, confirmed] of [
    [["a"], true],
    [["b", "a"], true],
    [["b"], false],
    [[], false],
    ["a", false],
    [undefined, false],
  ] as const) {
    said.status = { authenticated: true, user: {}, audiences };
    const asked = ask({}, { audience: "a" });
    if (confirmed) assert.deepEqual(await asked, { username: "", uid: "" });
    else await assert.rejects(asked, /does not confirm the audience/, JSON.stringify(audiences));
    assert.deepEqual(seen.at(-1)?.audiences, ["a"]);
  }
});

test("an answer that says no, or nothing, is a refusal", async (context) => {
  const { ask, said } = await open(context);
  for (const status of [
    undefined,
    null,
    [],
    "x",
    {},
    { authenticated: false, user: { username: "x" } },
    { authenticated: "true" },
    { authenticated: 1 },
  ]) {
    said.status = status;
    await assert.rejects(ask(), /does not know the token/, JSON.stringify(status));
  }
  said.status = { authenticated: true, user: { username: 1, uid: null } };
  assert.deepEqual(await ask(), { username: "", uid: "" });
});
