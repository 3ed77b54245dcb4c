/** The cert method: over real TLS what a client shows, and through the real kernel what time and renewals do. `test/compat/cert-oracle.test.ts` holds the chains. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import https from "node:https";
import { type TestContext, describe, test } from "node:test";
import { type Made, makeCertificate, openSsl } from "../../../test/support/certificates.ts";
import { pluginApi } from "../../../test/support/plugin-api.ts";
import { startTestServer } from "../../../test/support/server.ts";
import { callTls } from "../../../test/support/tls-calls.ts";
import { ManualClock } from "../../core/clock.ts";
import { Secret } from "../../core/secret.ts";
import type { MountContext } from "../../kernel/plugin.ts";
import { token } from "../token/index.ts";
import { cert } from "./index.ts";

const START = new ManualClock().now();
const DAY = 86_400_000;
const span = { from: START - DAY, until: START + 10 * DAY };

interface Seen {
  readonly status: number;
  readonly text: string;
  readonly token: string;
  readonly accessor: string;
}

/** A kernel with the method, and logins as if a connection had shown these certificates. */
async function opened(context: TestContext) {
  const api = await pluginApi(context, { authMethods: [token, cert] });
  await api.kernel.services.mounts.mount("auth", "cert/", { type: "cert" });
  const root = makeCertificate({ cn: "Root", ca: true, ...span, until: START + 100 * DAY });
  const leaf = makeCertificate({ cn: "train", by: root, purposes: ["ClientAuth"], ...span });
  await api.call("POST", "auth/cert/certs/ml", {
    certificate: root.pem,
    token_policies: "ml",
    token_ttl: "1h",
  });
  const login = async (...certificates: readonly Made[]): Promise<Seen> => {
    const response = await api.kernel.handle({
      method: "POST",
      path: "auth/cert/login",
      query: new URLSearchParams(),
      headers: {},
      body: Buffer.from("{}"),
      remote: "127.0.0.1",
      certificates: certificates.map(({ der }) => der),
    });
    const text = Buffer.concat([...response.body]).toString("utf8");
    const auth = (JSON.parse(text) as { auth?: { client_token?: string; accessor?: string } }).auth;
    return { status: response.status, text, token: auth?.client_token ?? "", accessor: auth?.accessor ?? "" };
  };
  return { api, root, leaf, login };
}

describe("logins", () => {
  test("the kernel's clock decides when a certificate is current", async (context) => {
    const { api, leaf, login } = await opened(context);
    assert.equal((await login(leaf)).status, 200);
    api.clock.advance(11 * DAY);
    assert.equal((await login(leaf)).status, 400);
    api.clock.advance(-13 * DAY);
    assert.equal((await login(leaf)).status, 400);
  });

  test("a client from another network than the entry's gets nothing", async (context) => {
    const { api, leaf, login } = await opened(context);
    await api.call("POST", "auth/cert/certs/ml", { token_bound_cidrs: "10.0.0.0/8" });
    assert.equal((await login(leaf)).status, 400);
    await api.call("POST", "auth/cert/certs/ml", { token_bound_cidrs: "127.0.0.0/8" });
    assert.equal((await login(leaf)).status, 200);
  });

  test("a token of a certificate is a machine's", async (context) => {
    const { api, leaf, login } = await opened(context);
    const { token: value } = await login(leaf);
    const info = await api.kernel.services.tokens.lookup(Secret.copy(value));
    assert.equal(info?.actor, "machine");
    assert.deepEqual(info?.policies, ["default", "ml"]);
    assert.equal(info?.metadata.common_name, "train");
  });

  test("chains beyond any size, junk, and nothing at all", async (context) => {
    const { root, leaf, login } = await opened(context);
    const junk = (der: Buffer): Made => ({ ...leaf, der });
    assert.equal((await login()).status, 400);
    assert.equal((await login(junk(Buffer.alloc(0)))).status, 400);
    assert.equal((await login(junk(Buffer.alloc(100_000, 0x30)))).status, 400);
    assert.equal((await login(junk(leaf.der.subarray(0, -1)))).status, 400);
    assert.equal((await login(junk(Buffer.concat([leaf.der, Buffer.of(0)])))).status, 400);
    assert.equal((await login(leaf, ...Array.from({ length: 10_000 }, () => root))).status, 400);
    const many = Array.from({ length: 9 }, () => makeCertificate({ cn: "Root", ca: true, ...span }));
    const orphan = makeCertificate({
      cn: "train",
      by: makeCertificate({ cn: "Root", ca: true, ...span }),
      purposes: ["ClientAuth"],
      ...span,
    });
    assert.equal((await login(orphan, ...many)).status, 400);
  });

  test("two CAs that issue each other end in a refusal", async (context) => {
    const { login } = await opened(context);
    const a = makeCertificate({ cn: "A", ca: true, ...span });
    const b = makeCertificate({ cn: "B", ca: true, by: a, ...span });
    const again = makeCertificate({ cn: "A", ca: true, by: b, key: a.key, ...span });
    const leaf = makeCertificate({ cn: "train", by: again, purposes: ["ClientAuth"], ...span });
    assert.equal((await login(leaf, again, b, a)).status, 400);
  });

  test("why a login failed is for the operator: the caller learns one text", async () => {
    const warned: Record<string, unknown>[] = [];
    const services = {
      operatorLog: { warn: (_: string, fields: Record<string, unknown>) => warned.push(fields) },
    };
    const context = {
      clock: new ManualClock(),
      services,
      mount: { path: "auth/cert/" },
    } as unknown as MountContext;
    const path = cert.create(context).paths.find(({ pattern }) => pattern === "login");
    const storage = { list: () => Promise.resolve([]), getEntry: () => Promise.resolve(null) };
    const { der } = makeCertificate({ cn: "train", purposes: ["ClientAuth"], ...span });
    const call = {
      certificates: [der],
      storage,
      fields: { string: () => undefined },
      requestId: "id-1",
      remote: "::1",
    };
    await assert.rejects(Promise.resolve(path?.operations.update?.(call as never)), { code: "cert.refused" });
    assert.equal(warned[0]?.request, "id-1");
    assert.equal(typeof warned[0]?.reason, "string");
  });
});

describe("renewal", () => {
  test("renew-self is for the connection that shows the login's own certificate", async (context) => {
    const { api, root, leaf, login } = await opened(context);
    const { token: held, accessor } = await login(leaf);
    const twin = makeCertificate({ cn: "train", by: root, purposes: ["ClientAuth"], ...span });
    const renew = async (path: string, body: object, shown: readonly Made[], token = held) => {
      const { status } = await api.kernel.handle({
        ...{ method: "POST", path: `auth/token/${path}`, query: new URLSearchParams(), remote: "127.0.0.1" },
        headers: { "x-vault-token": token },
        body: Buffer.from(JSON.stringify(body)),
        certificates: shown.map(({ der }) => der),
      });
      return status;
    };
    assert.equal(await renew("renew-self", {}, [leaf]), 200);
    assert.equal(
      await renew("renew-self", {}, []),
      400,
      "a stolen token on a connection without a certificate",
    );
    assert.equal(await renew("renew-self", {}, [twin]), 400, "and with another one of the same name");
    assert.equal(await renew("renew", { token: held }, [], api.root), 400, "nor by its value");
    assert.equal(await renew("renew", { token: held }, [leaf], api.root), 200);
    assert.equal(await renew("renew-accessor", { accessor }, [], api.root), 400, "nor by its accessor");
    await api.call("POST", "auth/cert/config", { disable_binding: true });
    assert.equal(await renew("renew-self", {}, []), 200, "unless the mount says that it need not");
  });

  const renewing = async (context: TestContext) => {
    const { api, root, leaf, login } = await opened(context);
    const mount = (await api.kernel.services.mounts.list("auth")).find(({ path }) => path === "auth/cert/");
    assert.ok(mount !== undefined);
    assert.equal((await login(leaf)).status, 200);
    const internal = {
      entry: "ml",
      fingerprint: createHash("sha256").update(leaf.der).digest("hex"),
      chain: leaf.der.toString("base64"),
    };
    const storage = rawStorage(api);
    const backend = cert.create({ clock: api.clock, services: api.kernel.services, mount });
    const renew = (
      certificates?: readonly Buffer[],
      policies: readonly string[] = ["default", "ml"],
    ): Promise<void> =>
      Promise.resolve(
        backend.renewLogin?.(
          { internal, metadata: {}, policies, role: "", ...(certificates !== undefined && { certificates }) },
          storage,
        ),
      );
    return { api, root, leaf, renew };
  };

  /** What the backend sees, read through the method's own paths. */
  function rawStorage(api: Awaited<ReturnType<typeof pluginApi>>) {
    const entry = async (key: string): Promise<Buffer | null> => {
      if (key === "config")
        return Buffer.from(JSON.stringify((await api.call("GET", "auth/cert/config")).get("data")));
      if (!key.startsWith("cert/")) return null;
      const answer = await api.call("GET", `auth/cert/certs/${key.slice(5)}`);
      return answer.status === 200 ? Buffer.from(JSON.stringify(answer.get("data"))) : null;
    };
    let version = 0;
    return {
      get: entry,
      getEntry: async (key: string) => {
        const value = await entry(key);
        return value === null ? null : { value, version: ++version };
      },
      list: () => Promise.resolve([]),
    } as never;
  }

  test("needs the entry, its policies, a current certificate and the same client", async (context) => {
    const { api, root, leaf, renew } = await renewing(context);
    await renew();
    await renew([leaf.der]);
    await assert.rejects(renew([]));
    const twin = makeCertificate({ cn: "train", by: root, purposes: ["ClientAuth"], ...span });
    await assert.rejects(renew([twin.der]));
    await api.call("POST", "auth/cert/config", { disable_binding: true });
    await renew([twin.der]);
    await api.call("POST", "auth/cert/config", { disable_binding: false });
    for (const policies of [["default", "other"], ["default"], ["default", "ml", "more"]])
      await assert.rejects(renew([leaf.der], policies), /policies have changed/, policies.join());
    await api.call("POST", "auth/cert/certs/ml", { token_no_default_policy: true });
    await renew([leaf.der], ["ml"]);
    await api.call("POST", "auth/cert/certs/ml", { token_no_default_policy: false });
    await api.call("POST", "auth/cert/certs/ml", { allowed_common_names: "other" });
    await assert.rejects(renew([leaf.der]));
    await api.call("POST", "auth/cert/certs/ml", { allowed_common_names: "train" });
    await renew([leaf.der]);
    api.clock.advance(11 * DAY);
    await assert.rejects(renew([leaf.der]));
    api.clock.advance(-11 * DAY);
    await api.call("DELETE", "auth/cert/certs/ml");
    await assert.rejects(renew([leaf.der]));
  });
});

describe("over TLS", () => {
  const now = Date.now();
  const real = { from: now - DAY, until: now + 10 * DAY };
  const serving = async (context: TestContext, clientCertificates: boolean) => {
    const ssl = openSsl();
    context.after(() => ssl.close());
    const own = makeCertificate({ cn: "localhost", ...real });
    const server = await startTestServer(undefined, {
      certFile: ssl.file("tls.crt", own.pem),
      keyFile: ssl.file("tls.key", own.keyPem),
      clientCertificates,
    });
    context.after(() => server.stop());
    const root = makeCertificate({ cn: "Root", ca: true, ...real });
    const leaf = makeCertificate({ cn: "train", by: root, purposes: ["ClientAuth"], ...real });
    await server.api.write("sys/auth/cert", { type: "cert" });
    await server.api.write("auth/cert/certs/ml", { certificate: root.pem, token_policies: "ml" });
    return { server, root, leaf };
  };
  const login = { method: "POST", path: "auth/cert/login", body: {} } as const;

  test("a client's certificate logs in; without one everything else works", async (context) => {
    const { server, leaf } = await serving(context, true);
    assert.equal((await callTls(server.address, { ...login, client: leaf })).status, 200);
    const none = await callTls(server.address, login);
    assert.equal(none.status, 400);
    assert.match(none.text, /no client certificate found/);
    assert.equal((await callTls(server.address, { method: "GET", path: "sys/health" })).status, 200);
  });

  test("a certificate in a header, a query or a body is none", async (context) => {
    const { server, leaf } = await serving(context, true);
    const coded = encodeURIComponent(leaf.pem);
    for (const headers of [
      { "X-SSL-Client-Cert": coded },
      { "X-Forwarded-Client-Cert": `Cert="${coded}"` },
      { "X-Client-Cert": leaf.der.toString("base64") },
      { "Client-Cert": `:${leaf.der.toString("base64")}:` },
    ])
      assert.equal(
        (await callTls(server.address, { ...login, headers: headers as Record<string, string> })).status,
        400,
      );
    assert.equal((await callTls(server.address, { ...login, body: { certificate: leaf.pem } })).status, 400);
  });

  test("a listener that does not ask gets none", async (context) => {
    const { server, leaf } = await serving(context, false);
    assert.equal((await callTls(server.address, { ...login, client: leaf })).status, 400);
  });

  test("a certificate without its key does not get through TLS", async (context) => {
    const { server, leaf } = await serving(context, true);
    const thief = makeCertificate({ cn: "thief", ...real });
    await assert.rejects(
      callTls(server.address, { ...login, client: { pem: leaf.pem, keyPem: thief.keyPem } }),
    );
  });

  test("several requests and resumed connections show the same certificates", async (context) => {
    const { server, root } = await serving(context, true);
    const middle = makeCertificate({ cn: "Middle", ca: true, by: root, ...real });
    const leaf = makeCertificate({ cn: "train", by: middle, purposes: ["ClientAuth"], ...real });
    const agent = new https.Agent({
      keepAlive: true,
      maxSockets: 1,
      rejectUnauthorized: false,
      cert: leaf.pem + middle.pem,
      key: leaf.keyPem,
    });
    context.after(() => agent.destroy());
    const once = (): Promise<number> =>
      new Promise((resolve, reject) => {
        const request = https.request(
          `${server.address}/v1/auth/cert/login`,
          { method: "POST", agent },
          (response) => {
            response.resume();
            response.on("end", () => resolve(response.statusCode ?? 0));
          },
        );
        request.on("error", reject);
        request.end("{}");
      });
    for (let round = 0; round < 3; round++) assert.equal(await once(), 200);
    agent.destroy(); // its sessions stay: the next connection may resume one
    for (let round = 0; round < 3; round++) assert.equal(await once(), 200);
  });
});

describe("what is written", () => {
  test("entries and lists that cannot be used are refused, names that lead elsewhere are no names", async (context) => {
    const { api, root, login } = await opened(context);
    const server = makeCertificate({ cn: "server", purposes: ["ServerAuth"], ...span });
    const both = makeCertificate({ cn: "both", purposes: ["ServerAuth", "ClientAuth"], ...span });
    const any = makeCertificate({ cn: "any", purposes: ["Any"], ...span });
    const none = makeCertificate({ cn: "none", ...span });
    const serving = makeCertificate({ cn: "CA", ca: true, purposes: ["ServerAuth"], ...span });
    const entry = (body: object, name = "e") => api.call("POST", `auth/cert/certs/${name}`, body);
    const fine = { certificate: root.pem };
    const bad: [object, RegExp][] = [
      [{}, /failed to parse certificate/],
      [{ certificate: "x" }, /failed to parse certificate/],
      [
        { certificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----" },
        /failed to parse certificate/,
      ],
      [{ certificate: server.keyPem }, /failed to parse certificate/],
      [{ certificate: server.pem }, /client authentication/],
      [{ ...fine, token_ttl: "2h", token_max_ttl: "1h" }, /token_ttl/],
      [{ ...fine, token_policies: "root" }, /root/],
      [{ ...fine, required_extensions: "1.2.3" }, /expected `OID:pattern`/],
      [{ ...fine, required_extensions: "x:y" }, /./],
      [{ ...fine, allowed_metadata_extensions: "x" }, /./],
      [{ ...fine, ocsp_enabled: true }, /not offered/],
    ];
    for (const [body, wanted] of bad) {
      const answer = await entry(body);
      assert.equal(answer.status, 400, JSON.stringify(body).slice(0, 80));
      assert.match(answer.errors.join(), wanted);
    }
    for (const name of ["-x", "a b", "a%2fb", "x".repeat(300)])
      assert.ok((await entry(fine, name)).status >= 400, name);
    assert.equal((await api.call("GET", "auth/cert/certs/e")).status, 404, "nothing was stored");
    for (const body of [
      fine,
      ...[both, any, none, serving].map(({ pem }) => ({ certificate: pem })),
      { ...fine, required_extensions: "hex:1.2.3:00" },
    ])
      assert.equal((await entry(body)).status, 204);
    const list = (body: object, name = "l") => api.call("POST", `auth/cert/crls/${name}`, body);
    for (const [body, wanted] of [
      [{}, /must be provided/],
      [{ url: "https://lists.example/a.crl" }, /not offered/],
      [{ crl: "x" }, /failed to parse CRL/],
      [{ crl: root.pem }, /failed to parse CRL/],
    ] as const) {
      const answer = await list(body);
      assert.equal(answer.status, 400, JSON.stringify(body).slice(0, 80));
      assert.match(answer.errors.join(), wanted);
    }
    for (const name of ["-x", "a b"]) assert.ok((await list({ crl: "x" }, name)).status >= 400, name);
    for (const method of ["GET", "DELETE"] as const)
      assert.match((await api.call(method, "auth/cert/crls/none")).errors.join(), /no such CRL none/);
    const nameless = makeCertificate({ cn: "", by: root, purposes: ["ClientAuth"], ...span });
    const refused = await login(nameless);
    assert.equal(refused.status, 400);
    assert.match(refused.text, /missing name in alias/, "who logs in has a name");
  });
});
