/** Which entry a login is tried against, what the operator reads, and what a token of it says. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Made, makeCertificate } from "../../../test/support/certificates.ts";
import { pluginApi } from "../../../test/support/plugin-api.ts";
import { ManualClock } from "../../core/clock.ts";
import { Secret } from "../../core/secret.ts";
import { token } from "../token/index.ts";
import { cert } from "./index.ts";

const START = new ManualClock().now();
const DAY = 86_400_000;
const span = { from: START - DAY, until: START + 10 * DAY };

async function loginOf(api: Awaited<ReturnType<typeof pluginApi>>, leaf: Made, body: object = {}) {
  const response = await api.kernel.handle({
    method: "POST",
    path: "auth/cert/login",
    query: new URLSearchParams(),
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
    remote: "127.0.0.1",
    certificates: [leaf.der],
  });
  const answer = JSON.parse(Buffer.concat([...response.body]).toString("utf8")) as {
    errors?: string[];
    auth?: { client_token: string; policies: string[] };
  };
  return { ...answer, status: response.status };
}

test("a login tries the entry it names, or each; the operator reads the nearest reason", async (context) => {
  const said: Record<string, unknown>[] = [];
  const api = await pluginApi(context, {
    authMethods: [cert],
    operatorLog: { warn: (_, fields) => said.push(fields) },
  });
  await api.kernel.services.mounts.mount("auth", "cert/", { type: "cert" });
  const root = makeCertificate({ cn: "Root", ca: true, ...span });
  const other = makeCertificate({ cn: "Other", ca: true, ...span });
  const leaf = makeCertificate({ cn: "train", by: root, purposes: ["ClientAuth"], ...span });
  const login = async (name?: string) => ({
    ...(await loginOf(api, leaf, name === undefined ? {} : { name })),
    reason: said.at(-1)?.reason,
  });
  const entry = async (name: string, body: object): Promise<void> => {
    const answer = await api.call("POST", `auth/cert/certs/${name}`, body);
    assert.equal(answer.status, 204, answer.text);
  };
  assert.equal((await login()).reason, "no entry of that name");
  await entry("a", { certificate: other.pem, token_policies: "a" });
  const untrusted = await login();
  assert.equal(untrusted.reason, "a: no valid chain to a trusted certificate");
  await entry("b", { certificate: root.pem, allowed_common_names: "x", token_policies: "b" });
  await entry("c", { certificate: other.pem });
  const constrained = await login();
  assert.equal(constrained.reason, "b: allowed_common_names", "what came nearest, not what came last");
  assert.notDeepEqual(constrained.errors, untrusted.errors);
  assert.equal((await login("none")).reason, "no entry of that name");
  await entry("d", { certificate: root.pem, token_policies: "d", token_no_default_policy: true });
  assert.deepEqual((await login()).auth?.policies, ["d"]);
  assert.deepEqual((await login("D")).auth?.policies, ["d"], "in any case");
  assert.equal((await login("b")).status, 400);
});

test("a token's metadata say which certificate it was; the alias carries them where the mount says so", async (context) => {
  const api = await pluginApi(context, { authMethods: [token, cert] });
  await api.kernel.services.mounts.mount("auth", "cert/", { type: "cert" });
  const root = makeCertificate({ cn: "Root", ca: true, ...span });
  await api.call("POST", "auth/cert/certs/ml", { certificate: root.pem, token_policies: "ml" });
  const extension = { oid: "1.2.3.1", critical: false, value: Buffer.from("0c026d6c", "hex") };
  const leaf = makeCertificate({
    cn: "train",
    by: root,
    purposes: ["ClientAuth"],
    more: [extension, { oid: "1.2.3.2", critical: false, value: Buffer.of(5, 0) }],
    ...span,
  });
  await api.call("POST", "auth/cert/certs/ml", {
    allowed_metadata_extensions: "1.2.3.1,1.2.3.2,1.2.3.3",
    token_metadata: { team: "ml", cert_name: "own" },
  });
  const metadataOf = async (): Promise<Readonly<Record<string, string>>> =>
    (
      await api.kernel.services.tokens.lookup(
        Secret.copy((await loginOf(api, leaf)).auth?.client_token ?? ""),
      )
    )?.metadata ?? {};
  const {
    subject_key_id: subject,
    authority_key_id: authority,
    serial_number: serial,
    ...rest
  } = await metadataOf();
  assert.deepEqual(rest, {
    "1-2-3-1": "ml",
    "1-2-3-2": "",
    cert_name: "ml",
    common_name: "train",
    team: "ml",
  });
  assert.match(subject ?? "", /^([0-9a-f]{2}:){19}[0-9a-f]{2}$/);
  assert.match(authority ?? "", /^([0-9a-f]{2}:){19}[0-9a-f]{2}$/);
  assert.notEqual(subject, authority);
  assert.match(serial ?? "", /^\d+$/);
  const ofAlias = async (): Promise<unknown> => {
    const info = await api.kernel.services.tokens.lookup(
      Secret.copy((await loginOf(api, leaf)).auth?.client_token ?? ""),
    );
    return (await api.kernel.services.identity.view(info?.entityId ?? ""))?.templates.entity.aliases?.[0]
      ?.metadata;
  };
  assert.deepEqual(await ofAlias(), {});
  await api.call("POST", "auth/cert/config", { enable_identity_alias_metadata: true });
  assert.equal(((await ofAlias()) as Record<string, string>).common_name, "train");
});
