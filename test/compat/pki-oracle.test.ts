/** The pki engine answers a long list of requests as a real OpenBao server does, certificates compared by what stands in them; every difference has its reason in the list. */
import { test } from "node:test";
import { readCertificate } from "../../src/x509/certificate.ts";
import { readCrl } from "../../src/x509/crl.ts";
import { readPem } from "../../src/x509/pem.ts";
import { readRequest } from "../../src/x509/request.ts";
import { type Bao, startBao } from "../support/bao.ts";
import { type Seen, Tally, compareAll, keepFrom } from "../support/oracle.ts";
import { type PkiRequest, pkiRequests } from "../support/pki-requests.ts";
import { NO_PIP } from "../support/python.ts";

import { type TestServer, startTestServer } from "../support/server.ts";

const SECONDS: ReadonlySet<string> = new Set([
  "expiration",
  "not_before",
  "revocation_time",
  "lease_duration",
]);

/** What stands in a certificate, without what is random or a moment. */
function shown(der: Buffer): unknown {
  const one = readCertificate(der);
  return {
    subject: one.subject,
    names: one.names.map((name) => JSON.stringify(name)).sort(),
    ca: one.constraints,
    usage: [...(one.keyUsage ?? [])],
    purposes: one.extKeyUsage,
    extensions: [...one.extensions.values()]
      .map(({ oid, critical }) => `${oid}${critical ? "!" : ""}`)
      .sort(),
    key: [one.publicKey.asymmetricKeyType, one.publicKey.asymmetricKeyDetails?.namedCurve],
    // a second is lost where it is cut
    life: Math.round((one.notAfter - one.notBefore) / 10_000),
  };
}

function pem(text: string): unknown {
  return readPem(text).map(({ label, der }) => {
    if (label === "CERTIFICATE") return shown(der);
    if (label === "X509 CRL") return { revoked: readCrl(der).serials.size };
    if (label !== "CERTIFICATE REQUEST") return label;
    const request = readRequest(der);
    return { subject: request.subject, names: request.names, extensions: [...request.extensions.keys()] };
  });
}

function plain(node: unknown, name = ""): unknown {
  if (typeof node === "string") return plainText(node, name);
  if (typeof node === "number") return SECONDS.has(name) && node > 0 ? "seconds" : node;
  if (name === "warnings" && Array.isArray(node)) return warnings(node as string[]);
  if (Array.isArray(node)) return node.map((one) => plain(one, name));
  if (node === null || typeof node !== "object") return node;
  if (name === "key_info" || name === "mapping")
    return Object.values(node)
      .map((one) => JSON.stringify(sorted(plain(one))))
      .sort();
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => key !== "request_id")
      .map(([key, value]) => [key, plain(value, key)]),
  );
}

/** In any order; what OpenBao says of its own rebuilding is not compared: lists are made when they are read here. */
function warnings(all: readonly string[]): unknown {
  const kept = all.filter((one) => !one.includes("CRL rebuild")).map((one) => plainText(one, ""));
  return kept.length === 0 ? null : kept.sort();
}

const sorted = (node: unknown): unknown =>
  typeof node === "object" && node !== null
    ? Object.fromEntries(Object.entries(node).sort(([a], [b]) => (a < b ? -1 : 1)))
    : node;

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

function plainText(text: string, name: string): unknown {
  if (text.startsWith("-----BEGIN")) return [pem(text), text.endsWith("\n")];
  if (["certificate", "issuing_ca", "ca_chain"].includes(name) && /^MII/.test(text))
    return shown(Buffer.from(text, "base64"));
  if (name === "private_key") return "base64";
  if (name === "lease_id") return text.replace(/[^/]+$/, "…");
  return (
    text
      .replace(UUID, "uuid")
      // one in 256 of theirs begins with a zero, which is left out
      .replace(/\b([0-9a-f]{2}:){17,19}[0-9a-f]{2}\b/g, "serial")
      .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "time")
  );
}

const parsed = (text: string, type: string): unknown =>
  text === ""
    ? null
    : type.startsWith("application/json")
      ? JSON.parse(text)
      : { raw: text.startsWith("-----") ? text : type };

async function ask(
  { address, token }: { address: string; token: string },
  { method, path, body }: PkiRequest,
): Promise<Seen> {
  const listing = method === "LIST";
  const response = await fetch(`${address}/v1/${path}${listing ? "?list=true" : ""}`, {
    method: listing ? "GET" : method,
    headers: {
      "x-vault-token": token,
      "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return {
    status: response.status,
    body: parsed(await response.text(), response.headers.get("content-type") ?? ""),
  };
}

type Side = (request: PkiRequest) => Promise<Seen>;

/** A side with what it kept of its own answers. */
function side(server: { address: string; token: string }): Side {
  const kept = new Map<string, string>();
  return async (request) => {
    const filled = JSON.parse(
      JSON.stringify(request).replace(/\{\{(.*?)\}\}/g, (_, name: string) =>
        JSON.stringify(kept.get(name) ?? "none").slice(1, -1),
      ),
    ) as PkiRequest;
    const seen = await ask(server, filled);
    keepFrom(kept, request.keep, seen.body);
    return { status: seen.status, body: plain(seen.body) };
  };
}

test("pki answers as OpenBao", { timeout: 300_000 }, async (context) => {
  const bao: Bao | null = await startBao();
  if (bao === null) return context.skip(NO_PIP);
  context.after(() => bao.stop());
  const server: TestServer = await startTestServer();
  context.after(() => server.stop());
  const sides = [bao, { address: server.address, token: server.rootToken }];
  for (const one of sides) {
    await ask(one, { method: "POST", path: "sys/mounts/pki", body: { type: "pki" } });
    await ask(one, { method: "POST", path: "sys/mounts/pki/tune", body: { max_lease_ttl: "87600h" } });
  }
  const [theirSide, ourSide] = [side(bao), side({ address: server.address, token: server.rootToken })];
  const tally = await Tally.of("pki", { "pki/": "pki" });
  await compareAll({ tally, theirs: theirSide, ours: ourSide }, pkiRequests);
  tally.finish();
});
