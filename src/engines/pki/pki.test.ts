/** The pki engine through the real kernel: what OpenSSL and Node's TLS say of its certificates and lists, and what it refuses. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type TestContext, describe, test } from "node:test";
import tls from "node:tls";
import fc from "fast-check";
import { pluginApi, type PluginApi } from "../../../test/support/plugin-api.ts";
import { makeCertificate, makeRequest, openSsl, opensslRequest } from "../../../test/support/certificates.ts";
import { readCertificate } from "../../x509/certificate.ts";
import { readCrl } from "../../x509/crl.ts";
import { EXTENSION, basicConstraints, keyUsage } from "../../x509/extensions.ts";
import { readPem } from "../../x509/pem.ts";
import { pki } from "./index.ts";

const ROLE = {
  allowed_domains: ["example.com"],
  allow_subdomains: true,
  key_type: "ec",
  ttl: "1h",
  max_ttl: "2h",
};

async function mounted(context: TestContext): Promise<PluginApi> {
  const api = await pluginApi(context, { engines: [pki] });
  // OpenSSL reads the machine's clock
  api.clock.advance(Date.now() - api.clock.now());
  await api.kernel.services.mounts.mount("secret", "pki/", { type: "pki", maxLeaseTtl: 3650 * 86_400_000 });
  return api;
}

async function withRoot(context: TestContext, more: object = {}): Promise<PluginApi> {
  const api = await mounted(context);
  await ok(api, "pki/root/generate/internal", {
    common_name: "Root",
    key_type: "ec",
    ttl: "8760h",
    issuer_name: "root",
    ...more,
  });
  await ok(api, "pki/roles/web", ROLE);
  return api;
}

async function ok(api: PluginApi, path: string, body: object = {}): Promise<Record<string, string>> {
  const answer = await api.call("POST", path, body);
  assert.ok(answer.status < 300, `${path}: ${answer.text.slice(0, 500)}`);
  return (answer.get("data") ?? {}) as Record<string, string>;
}

async function raw(api: PluginApi, path: string): Promise<Buffer> {
  const response = await api.kernel.handle({
    method: "GET",
    path,
    query: new URLSearchParams(),
    headers: {},
    body: null,
    remote: "127.0.0.1",
  });
  assert.equal(response.status, 200);
  return Buffer.concat([...response.body]);
}

const first = (pem: string): Buffer => readPem(pem)[0]?.der ?? Buffer.alloc(0);
const namesOf = (pem: string): string[] =>
  readCertificate(first(pem)).names.map((name) =>
    "value" in name ? `${name.kind}:${name.value}` : name.kind,
  );

describe("what others say of it", () => {
  test("OpenSSL verifies certificates of every kind of key, and lists", async (context) => {
    const ssl = openSsl();
    context.after(() => ssl.close());
    for (const [key_type, key_bits] of [
      ["ec", 256],
      ["ec", 384],
      ["ec", 521],
      ["rsa", 2048],
      ["ed25519", 0],
    ] as const) {
      const api = await withRoot(context, { key_type, key_bits });
      await ok(api, "pki/roles/same", { ...ROLE, key_type, key_bits });
      const made = await ok(api, "pki/issue/same", {
        common_name: "a.example.com",
        alt_names: "b.example.com",
        ip_sans: "10.0.0.1,2001:db8::1",
      });
      const root = ssl.file("root.pem", (await raw(api, "pki/ca/pem")).toString());
      const leaf = ssl.file("leaf.pem", made.certificate ?? "");
      const key = ssl.file("key.pem", made.private_key ?? "");
      assert.match(
        ssl.run(
          "verify",
          "-x509_strict",
          "-CAfile",
          root,
          "-purpose",
          "sslserver",
          "-verify_hostname",
          "b.example.com",
          leaf,
        ),
        /OK/,
      );
      assert.match(ssl.run("verify", "-CAfile", root, "-verify_ip", "2001:db8::1", leaf), /OK/);
      assert.throws(() => ssl.run("verify", "-CAfile", root, "-verify_hostname", "c.example.com", leaf));
      assert.equal(ssl.run("x509", "-in", leaf, "-noout", "-pubkey"), ssl.run("pkey", "-in", key, "-pubout"));
      const list = ssl.file("list.pem", (await raw(api, "pki/crl/pem")).toString());
      ssl.run("crl", "-in", list, "-CAfile", root, "-noout", "-verify");
      assert.match(ssl.run("verify", "-crl_check", "-CAfile", root, "-CRLfile", list, leaf), /OK/);
      await ok(api, "pki/revoke", { serial_number: made.serial_number });
      ssl.file("list.pem", (await raw(api, "pki/crl/pem")).toString());
      ssl.run("crl", "-in", list, "-CAfile", root, "-noout", "-verify");
      assert.throws(
        () => ssl.run("verify", "-crl_check", "-CAfile", root, "-CRLfile", list, leaf),
        (error: Error & { stdout?: string; stderr?: string }) =>
          /revoked/.test(`${error.stdout ?? ""}${error.stderr ?? ""}`),
      );
    }
  });

  test("an intermediate in a mount of its own: OpenSSL verifies the chain, also with PSS", async (context) => {
    const api = await withRoot(context, { key_type: "rsa", use_pss: true, signature_bits: 384 });
    await api.kernel.services.mounts.mount("secret", "int/", { type: "pki", maxLeaseTtl: 365 * 86_400_000 });
    const { csr } = await ok(api, "int/intermediate/generate/internal", {
      common_name: "Middle",
      key_type: "ec",
    });
    const signed = await ok(api, "pki/root/sign-intermediate", {
      csr,
      common_name: "Middle",
      ttl: "1000h",
      max_path_length: 0,
      permitted_dns_domains: "example.com",
    });
    await ok(api, "int/intermediate/set-signed", {
      certificate: `${signed.certificate}\n${signed.issuing_ca}`,
    });
    await ok(api, "int/roles/web", { ...ROLE, allowed_domains: ["example.com", "example.org"] });
    const made = await ok(api, "int/issue/web", { common_name: "a.example.com" });
    const chain = made.ca_chain as unknown as string[];
    assert.equal(chain.length, 2);
    const ssl = openSsl();
    context.after(() => ssl.close());
    const root = ssl.file("root.pem", (await raw(api, "pki/ca/pem")).toString());
    const middle = ssl.file("middle.pem", chain[0] ?? "");
    assert.match(
      ssl.run("verify", "-CAfile", root, "-untrusted", middle, ssl.file("leaf.pem", made.certificate ?? "")),
      /OK/,
    );
    // the intermediate's own constraint holds whatever its mount's roles say
    const outside = await ok(api, "int/issue/web", { common_name: "a.example.org" });
    assert.throws(() =>
      ssl.run(
        "verify",
        "-CAfile",
        root,
        "-untrusted",
        middle,
        ssl.file("leaf.pem", outside.certificate ?? ""),
      ),
    );
    const refused = await api.call("POST", "int/root/sign-intermediate", {
      csr: makeRequest({ cn: "Deeper" }),
      common_name: "Deeper",
    });
    assert.equal(refused.status, 400);
    assert.match(refused.text, /max path length of zero/);
  });

  test("a TLS handshake with an issued certificate, and with a revoked one", async (context) => {
    const api = await withRoot(context);
    const root = (await raw(api, "pki/ca/pem")).toString();
    const made = await ok(api, "pki/issue/web", { common_name: "localhost", format: "pem_bundle" });
    const server = tls.createServer({ key: made.private_key ?? "", cert: made.certificate ?? "" }, (socket) =>
      socket.end("hello"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    context.after(() => new Promise((resolve) => server.close(resolve)));
    const { port } = server.address() as { port: number };
    const shake = (crl: Buffer): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = tls.connect({
          host: "127.0.0.1",
          port,
          servername: "localhost",
          ca: root,
          crl: crl.toString(),
        });
        let text = "";
        socket.on("data", (chunk) => (text += String(chunk)));
        socket.on("end", () => resolve(text));
        socket.on("error", reject);
      });
    assert.equal(await shake(await raw(api, "pki/crl/pem")), "hello");
    await ok(api, "pki/revoke", { serial_number: made.serial_number });
    await assert.rejects(shake(await raw(api, "pki/crl/pem")), { code: "CERT_REVOKED" });
  });
});

describe("names", () => {
  test("no answer carries a name outside the role, whatever is asked", async (context) => {
    const api = await withRoot(context);
    const pieces = fc.constantFrom(
      "example.com",
      "a",
      "*",
      ".",
      "-",
      "@",
      "evil.com",
      "xn--",
      "_",
      " ",
      "\0",
      "\u200b",
      "é",
      "。",
      "A",
      "localhost",
      "1",
      "/",
      ",",
      "\n",
      "EXAMPLE.com",
      "ｅxample.com",
    );
    const any = fc.array(pieces, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
    const name = fc.oneof(
      any,
      any.map((text) => `${text}.example.com`),
      fc.constant("a.example.com"),
    );
    const allowed =
      /^(dns|email):([^@]+@)?([a-z0-9*-]+\.)*([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)*(example\.com|localhost|localdomain)$/i;
    let issued = 0;
    await fc.assert(
      fc.asyncProperty(
        name,
        fc.array(name, { maxLength: 2 }),
        fc.boolean(),
        async (common_name, alternatives, exclude_cn_from_sans) => {
          const answer = await api.call("POST", "pki/issue/web", {
            common_name,
            alt_names: alternatives.join(","),
            exclude_cn_from_sans,
          });
          assert.ok(answer.status === 200 || answer.status === 400, answer.text);
          if (answer.status !== 200) return;
          issued++;
          const certificate = readCertificate(first(answer.textAt("data.certificate")));
          for (const one of namesOf(answer.textAt("data.certificate"))) assert.match(one, allowed);
          const cn = certificate.subject.at(-1)?.value ?? "";
          assert.match(
            `dns:${cn
              .normalize("NFKC")
              .replaceAll("。", ".")
              .replace(/[^\x21-\x7e]/g, "x")}`,
            allowed,
          );
        },
      ),
      { numRuns: 600 },
    );
    assert.ok(issued > 5, "some were right");
  });

  test("what looks like an allowed name and is none", async (context) => {
    const api = await withRoot(context);
    await ok(api, "pki/roles/bare", {
      ...ROLE,
      allow_subdomains: false,
      allow_bare_domains: true,
      allow_localhost: false,
    });
    await ok(api, "pki/roles/glob", {
      ...ROLE,
      allow_subdomains: false,
      allow_glob_domains: true,
      allowed_domains: ["web-*.example.com"],
    });
    await ok(api, "pki/roles/loose", { ...ROLE, enforce_hostnames: false });
    await ok(api, "pki/roles/nocn", { ...ROLE, cn_validations: "disabled", enforce_hostnames: false });
    for (const [role, body] of [
      ["web", { common_name: "example.com" }],
      ["web", { common_name: "badexample.com" }],
      ["web", { common_name: "a.example.com\0.evil.com" }],
      ["web", { common_name: "evil.com\0.example.com" }],
      ["loose", { common_name: "evil.com\0.example.com" }],
      ["loose", { common_name: "evil.com .example.com" }],
      ["loose", { common_name: "evil.com\n.example.com" }],
      ["web", { common_name: "a.example.com." }],
      ["web", { common_name: "a.example.com.evil.com" }],
      ["web", { common_name: "a.*.example.com" }],
      ["web", { common_name: "*.*.example.com" }],
      ["web", { common_name: "xn--*.example.com" }],
      ["web", { common_name: "evil.com@.example.com" }],
      ["web", { common_name: "a.example.com/é" }],
      ["web", { common_name: "localhost/é.evil.com" }],
      ["web", { common_name: "é.evil.com#.example.com" }],
      ["web", { common_name: "é%2eexample.com" }],
      ["web", { common_name: "a.example.com:é" }],
      ["web", { common_name: "a.example.com", alt_names: "evil.com" }],
      ["web", { common_name: "evil.com", alt_names: "a.example.com" }],
      ["web", { common_name: "evil.com", exclude_cn_from_sans: true }],
      ["web", { common_name: "a.example.com", alt_names: "me@evil.com" }],
      ["web", { common_name: "a.example.com", uri_sans: "https://evil.com" }],
      ["web", { common_name: "a.example.com", other_sans: "1.3.6.1.4.1.311.20.2.3;UTF8:admin@evil.com" }],
      ["web", { common_name: "a.example.com", ip_sans: "::1%eth0" }],
      ["bare", { common_name: "a.example.com" }],
      ["bare", { common_name: "*.example.com" }],
      ["glob", { common_name: "web-1.evil.com" }],
      ["glob", { common_name: "evil.com/web-1.example.com" }],
      ["nocn", { common_name: "evil.com" }],
    ] as const) {
      const answer = await api.call("POST", `pki/issue/${role}`, body);
      assert.equal(answer.status, 400, `${role} ${JSON.stringify(body)}`);
    }
    // a name outside the rules may stand in the subject where the role says so, and never among the names
    const quiet = await ok(api, "pki/issue/nocn", { common_name: "evil.com", exclude_cn_from_sans: true });
    assert.deepEqual(namesOf(quiet.certificate ?? ""), []);
  });
});

describe("requests", () => {
  test("what a request asks beyond the role is left out or refused", async (context) => {
    const api = await withRoot(context);
    await ok(api, "pki/roles/any", { ...ROLE, key_type: "any" });
    const csr = makeRequest({
      cn: "a.example.com",
      organization: "Evil",
      more: [
        basicConstraints({ ca: true, pathLength: null }),
        keyUsage(["CertSign", "CRLSign"]),
        { oid: "1.2.3.4", critical: false, value: Buffer.of(5, 0) },
      ],
    });
    for (const path of ["pki/sign/web", "pki/sign-verbatim/web"]) {
      const { certificate = "" } = await ok(api, path, { csr });
      const read = readCertificate(first(certificate));
      assert.equal(read.constraints.ca, false);
      assert.equal(read.keyUsage?.has("CertSign"), false);
      assert.equal(read.keyUsage?.has("CRLSign"), false);
      assert.equal(read.extensions.has("1.2.3.4"), false);
      assert.equal(read.extensions.has(EXTENSION.basicConstraints), false);
    }
    const refused = await api.call("POST", "pki/sign-verbatim", { csr, key_usage: "CertSign" });
    assert.equal(refused.status, 400);
  });

  test("weak, foreign, broken and huge requests", async (context) => {
    const api = await withRoot(context);
    await ok(api, "pki/roles/any", { ...ROLE, key_type: "any" });
    await ok(api, "pki/roles/big", { ...ROLE, key_type: "rsa", key_bits: 4096 });
    const ssl = openSsl();
    context.after(() => ssl.close());
    const good = makeRequest({ cn: "a.example.com" });
    const [block] = readPem(good);
    const changed = Buffer.from(block?.der ?? Buffer.alloc(0));
    changed[changed.indexOf("a.example.com")] = "b".charCodeAt(0);
    const huge = `-----BEGIN CERTIFICATE REQUEST-----\n${Buffer.alloc(200_000, 0x30).toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
    const deep = Buffer.concat(Array.from({ length: 10_000 }, () => Buffer.of(0x30, 0x80)));
    for (const [role, csr, text] of [
      ["any", opensslRequest(ssl, "-newkey", "rsa:1024"), /unsafe/],
      ["any", opensslRequest(ssl, "-newkey", "rsa:2048", "-sha1"), /broken/],
      ["any", opensslRequest(ssl, "-newkey", "rsa:2048", "-md5"), /broken/],
      [
        "any",
        opensslRequest(ssl, "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"),
        /signature|type of key/,
      ],
      ["big", opensslRequest(ssl, "-newkey", "rsa:2048"), /4096-bit/],
      ["web", opensslRequest(ssl, "-newkey", "rsa:2048"), /type ec/],
      [
        "any",
        `-----BEGIN CERTIFICATE REQUEST-----\n${changed.toString("base64")}\n-----END CERTIFICATE REQUEST-----`,
        /signature/,
      ],
      ["any", huge, /too long/],
      [
        "any",
        `-----BEGIN CERTIFICATE REQUEST-----\n${deep.toString("base64")}\n-----END CERTIFICATE REQUEST-----`,
        /malformed/,
      ],
      ["any", good.replace("CERTIFICATE REQUEST-----\n", "CERTIFICATE REQUEST-----\n!!"), /malformed/],
    ] as const) {
      const answer = await api.call("POST", `pki/sign/${role}`, { csr });
      assert.equal(answer.status, 400);
      assert.match(answer.text, text);
    }
  });

  test("any changed byte of a request is an error of the caller's", async (context) => {
    const api = await withRoot(context);
    const der =
      readPem(makeRequest({ cn: "a.example.com", names: [{ kind: "dns", value: "b.example.com" }] }))[0]
        ?.der ?? Buffer.alloc(0);
    await fc.assert(
      fc.asyncProperty(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
        const changed = Buffer.from(der);
        changed[at] = (changed[at] ?? 0) ^ flip;
        const csr = `-----BEGIN CERTIFICATE REQUEST-----\n${changed.toString("base64")}\n-----END CERTIFICATE REQUEST-----`;
        assert.equal((await api.call("POST", "pki/sign/web", { csr })).status, 400);
      }),
      { numRuns: 300 },
    );
  });
});

describe("time", () => {
  test("nothing outlives its issuer or max_ttl", async (context) => {
    const api = await withRoot(context, { ttl: "90m" });
    await ok(api, "pki/roles/long", { ...ROLE, ttl: "2h" });
    const beyond = await api.call("POST", "pki/issue/long", { common_name: "a.example.com" });
    assert.match(beyond.text, /beyond the expiration of the CA/);
    await ok(api, "pki/issuer/root", { issuer_name: "root", leaf_not_after_behavior: "truncate" });
    const cut = await ok(api, "pki/issue/long", { common_name: "a.example.com" });
    const ca = readCertificate(await raw(api, "pki/ca"));
    assert.equal(readCertificate(first(cut.certificate ?? "")).notAfter, ca.notAfter);
    const own = await api.call("POST", "pki/issue/web", {
      common_name: "a.example.com",
      not_after: new Date(api.clock.now() + 5 * 3_600_000).toISOString(),
    });
    assert.match(own.text, /longest life/);
  });
});

describe("keys", () => {
  test("a private key leaves only where it was asked for, and stands nowhere in clear", async (context) => {
    const api = await withRoot(context);
    const exported = await ok(api, "pki/root/generate/exported", {
      common_name: "Two",
      key_type: "ec",
      issuer_name: "two",
    });
    assert.match(exported.private_key ?? "", /EC PRIVATE KEY/);
    for (const path of ["pki/issuer/root", "pki/issuer/two", "pki/key/default", "pki/issuer/two/json"]) {
      const answer = await api.call("GET", path);
      assert.equal(answer.status, 200);
      assert.doesNotMatch(answer.text, /PRIVATE|private_key/);
    }
    assert.ok((await api.rows("")).some((row) => row.includes("key/")));
  });

  test("serial numbers are 20 bytes, and no two alike", async (context) => {
    const api = await withRoot(context);
    const serials = new Set<string>();
    for (let round = 0; round < 40; round++) {
      const { serial_number = "" } = await ok(api, "pki/issue/web", { common_name: "a.example.com" });
      assert.match(serial_number, /^([0-7][0-9a-f])(:[0-9a-f]{2}){19}$/);
      serials.add(serial_number);
    }
    assert.equal(serials.size, 40);
  });
});

describe("revocation", () => {
  const count = async (api: PluginApi): Promise<number> => readCrl(await raw(api, "pki/crl")).serials.size;

  test("the end of a lease, of its token, and of its mount's prefix revoke", async (context) => {
    const api = await withRoot(context);
    await ok(api, "pki/roles/leased", { ...ROLE, generate_lease: true });
    const one = await api.call("POST", "pki/issue/leased", { common_name: "a.example.com" });
    assert.match(one.textAt("lease_id"), /^pki\/issue\/leased\//);
    assert.equal(await count(api), 0);
    await api.kernel.services.leases.revoke(one.textAt("lease_id"));
    const serial = one.textAt("data.serial_number");
    assert.ok(readCrl(await raw(api, "pki/crl")).serials.has(serial));
    await api.call("POST", "pki/issue/leased", { common_name: "b.example.com" });
    await api.kernel.services.leases.revokePrefix("pki/issue/leased");
    assert.equal(await count(api), 2);
    // a lease that ran out: the certificate is over as well, and stays out of the list
    await api.call("POST", "pki/issue/leased", { common_name: "c.example.com" });
    api.clock.advance(2 * 3_600_000);
    await api.kernel.tidy();
    assert.equal(await count(api), 2);
  });

  test("what was revoked stands in the list of the other process at once; lists of many parts hold all", async (context) => {
    const api = await withRoot(context);
    const keys = new Set<string>();
    const other = await api.another();
    for (let round = 0; round < 30; round++) {
      const { serial_number = "" } = await ok(api, "pki/issue/web", { common_name: "a.example.com" });
      keys.add(serial_number);
      await ok(api, "pki/revoke", { serial_number });
      const list = readCrl(await raw(round % 2 === 0 ? other : api, "pki/crl"));
      assert.deepEqual([...list.serials].sort(), [...keys].sort());
    }
  });

  test("revocations at once from two processes while lists are read: none is lost", async (context) => {
    const api = await withRoot(context);
    const other = await api.another();
    const serials: string[] = [];
    for (let round = 0; round < 24; round++)
      serials.push((await ok(api, "pki/issue/web", { common_name: "a.example.com" })).serial_number ?? "");
    await Promise.all(
      serials.flatMap((serial_number, index) => {
        const side = index % 2 === 0 ? api : other;
        return [
          side.call("POST", "pki/revoke", { serial_number }),
          ...(index % 4 === 0 ? [raw(side, "pki/crl")] : []),
        ];
      }),
    );
    assert.deepEqual([...readCrl(await raw(api, "pki/crl")).serials].sort(), serials.sort());
  });

  test("tidy takes what is long over out of store and list", async (context) => {
    const api = await withRoot(context);
    const { serial_number } = await ok(api, "pki/issue/web", { common_name: "a.example.com" });
    const kept = await ok(api, "pki/issue/web", { common_name: "a.example.com", ttl: "2h" });
    await ok(api, "pki/revoke", { serial_number });
    await ok(api, "pki/revoke", { serial_number: kept.serial_number });
    api.clock.advance(90 * 60_000);
    await ok(api, "pki/tidy", { tidy_cert_store: true, tidy_revoked_certs: true, safety_buffer: "1m" });
    assert.deepEqual([...readCrl(await raw(api, "pki/crl")).serials], [kept.serial_number]);
    assert.equal((await api.call("GET", `pki/cert/${serial_number}`)).status, 404);
    assert.equal((await api.call("GET", "pki/tidy-status")).get("data.revoked_cert_deleted_count"), 1);
  });

  test("tidying while another process revokes loses no revocation", async (context) => {
    const api = await withRoot(context);
    const other = await api.another();
    const over = await ok(api, "pki/issue/web", { common_name: "a.example.com" });
    await ok(api, "pki/revoke", { serial_number: over.serial_number });
    api.clock.advance(3 * 3_600_000);
    const serials: string[] = [];
    for (let round = 0; round < 16; round++)
      serials.push((await ok(api, "pki/issue/web", { common_name: "a.example.com" })).serial_number ?? "");
    await Promise.all([
      ...serials.map((serial_number) => other.call("POST", "pki/revoke", { serial_number })),
      ...Array.from({ length: 4 }, () => raw(other, "pki/crl")),
      api
        .call("POST", "pki/tidy", { tidy_revoked_certs: true, safety_buffer: "1m" })
        .then(() => raw(api, "pki/crl")),
    ]);
    assert.deepEqual([...readCrl(await raw(api, "pki/crl")).serials].sort(), serials.sort());
  });

  test("a certificate of another CA's, with a serial number of ours, is not ours to revoke", async (context) => {
    const api = await withRoot(context);
    const foreign = makeCertificate({ cn: "a.example.com", until: Date.now() + 86_400_000 });
    const answer = await api.call("POST", "pki/revoke", { certificate: foreign.pem });
    assert.equal(answer.status, 404);
    assert.equal(await count(api), 0);
  });

  test("a list is made anew before it ends, and numbers only grow", async (context) => {
    const api = await withRoot(context);
    await ok(api, "pki/config/crl", { expiry: "2h" });
    const before = readCrl(await raw(api, "pki/crl"));
    assert.equal((before.nextUpdate ?? 0) - before.thisUpdate, 7_200_000);
    assert.deepEqual(await raw(api, "pki/crl"), await raw(api, "pki/crl"));
    api.clock.advance(90 * 60_000);
    assert.ok(readCrl(await raw(api, "pki/crl")).thisUpdate > before.thisUpdate);
  });
});

test("an issuer that was revoked or may not issue, signs nothing", async (context) => {
  const api = await withRoot(context);
  await ok(api, "pki/issuer/root", { issuer_name: "root", usage: "read-only,crl-signing" });
  assert.equal((await api.call("POST", "pki/issue/web", { common_name: "a.example.com" })).status, 400);
  await ok(api, "pki/issuer/root", { issuer_name: "root" });
  await ok(api, "pki/issue/web", { common_name: "a.example.com" });
  await ok(api, "pki/issuer/root/revoke");
  assert.equal((await api.call("POST", "pki/issue/web", { common_name: "a.example.com" })).status, 400);
});

test("what is not offered is refused, not ignored", async (context) => {
  const api = await withRoot(context);
  for (const [path, body] of [
    ["pki/config/crl", { enable_delta: true }],
    ["pki/config/urls", { enable_templating: true }],
    ["pki/roles/x", { allowed_domains_template: true }],
    ["pki/roles/x", { generate_lease: true, no_store: true }],
    ["pki/root/generate/kms", { common_name: "x" }],
    ["pki/keys/generate/kms", {}],
  ] as const)
    assert.equal((await api.call("POST", path, body)).status, 400, path);
});

test("reading needs no token, issuing and writing do", async (context) => {
  const api = await withRoot(context);
  for (const path of ["pki/ca/pem", "pki/ca_chain", "pki/crl", "pki/cert/ca"]) await raw(api, path);
  for (const [method, path] of [
    ["POST", "pki/issue/web"],
    ["POST", "pki/revoke"],
    ["LIST", "pki/certs"],
    ["GET", "pki/roles/web"],
    ["GET", "pki/crl/rotate"],
    ["DELETE", "pki/root"],
  ] as const)
    assert.equal(
      (await api.call(method, path, method === "POST" ? {} : undefined, { token: "" })).status,
      403,
      path,
    );
});

test("the same key may be certified twice; its lists are one", async (context) => {
  const api = await withRoot(context, { key_name: "k" });
  await ok(api, "pki/root/generate/existing", { common_name: "Root", key_ref: "k", issuer_name: "again" });
  const { serial_number } = await ok(api, "pki/issue/web", { common_name: "a.example.com" });
  await ok(api, "pki/revoke", { serial_number });
  const hashes = await Promise.all(
    ["root", "again"].map(async (name) =>
      createHash("sha256")
        .update(await raw(api, `pki/issuer/${name}/crl/der`))
        .digest("hex"),
    ),
  );
  assert.equal(hashes[0], hashes[1]);
});
