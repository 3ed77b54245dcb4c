/** The pki engine and the cert method under other people's clients, unmodified, over TLS: hvac and the `bao` CLI. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { makeCertificate, openSsl } from "../support/certificates.ts";
import { baoCli, hvacPackages, runHvac } from "../support/programs.ts";
import { type TestServer, startTestServer } from "../support/server.ts";

const DAY = 86_400_000;

async function serving(context: TestContext): Promise<{ server: TestServer; ca: string }> {
  const ssl = openSsl();
  context.after(() => ssl.close());
  const span = { from: Date.now() - DAY, until: Date.now() + DAY };
  const ca = makeCertificate({ cn: "Listeners", ca: true, ...span });
  const own = makeCertificate({
    cn: "localhost",
    by: ca,
    names: [{ kind: "ip", value: "127.0.0.1" }],
    ...span,
  });
  const server = await startTestServer(undefined, {
    certFile: ssl.file("tls.crt", own.pem),
    keyFile: ssl.file("tls.key", own.keyPem),
    clientCertificates: true,
  });
  context.after(() => server.stop());
  return { server, ca: ssl.file("ca.crt", ca.pem) };
}

test("hvac's pki calls and cert login", async (context) => {
  const packages = await hvacPackages(context);
  if (packages === null) return;
  const { server, ca } = await serving(context);
  await runHvac("hvac_pki.py", { packages, server, env: { CA: ca }, checks: 31 });
});

test("the bao CLI on pki and cert", async (context) => {
  const { server } = await serving(context);
  const ssl = openSsl();
  context.after(() => ssl.close());
  const bao = await baoCli(context, server, { BAO_SKIP_VERIFY: "true" });
  if (bao === null) return;
  const run = bao.ok;
  await run("secrets", "enable", "-max-lease-ttl=87600h", "pki");
  const ca = await run(
    "write",
    "-field=certificate",
    "pki/root/generate/internal",
    "common_name=Root",
    "key_type=ec",
    "ttl=8760h",
  );
  await run(
    "write",
    "pki/roles/web",
    "allowed_domains=example.com",
    "allow_subdomains=true",
    "key_type=ec",
    "ttl=1h",
  );
  const issued = JSON.parse(
    await run("write", "-format=json", "pki/issue/web", "common_name=a.example.com"),
  ) as {
    data: { certificate: string; private_key: string; serial_number: string };
  };
  const root = ssl.file("root.pem", ca);
  const leaf = ssl.file("leaf.pem", issued.data.certificate);
  assert.match(ssl.run("verify", "-CAfile", root, leaf), /OK/);
  await assert.rejects(run("write", "pki/issue/web", "common_name=evil.com"), /not allowed by this role/);
  assert.match(await run("list", "pki/certs"), /:/);
  assert.match(await run("list", "pki/issuers"), /[0-9a-f-]{36}/);
  await run("auth", "enable", "cert");
  await run(
    "write",
    "auth/cert/certs/web",
    `certificate=@${root}`,
    "token_policies=default",
    "allowed_common_names=a.*",
  );
  const key = ssl.file("leaf.key", issued.data.private_key);
  const login = async (): Promise<string> =>
    await run("login", "-method=cert", "-no-store", `-client-cert=${leaf}`, `-client-key=${key}`);
  assert.match(await login(), /token_meta_common_name\s+a\.example\.com/);
  await run("write", "pki/revoke", `serial_number=${issued.data.serial_number}`);
  const crl = ssl.file("list.pem", await run("read", "-field=certificate", "pki/cert/crl"));
  await run("write", "auth/cert/crls/pki", `crl=@${crl}`);
  await assert.rejects(login(), /no chain matching/);
});
