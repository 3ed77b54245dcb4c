/** The cert auth method answers as a real OpenBao server does, over real TLS on both sides; every difference has its reason in the list. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { writeCrl, writeEntry } from "../../src/x509/crl.ts";
import { keyIdOf, readCertificate } from "../../src/x509/certificate.ts";
import { TAG, write } from "../../src/x509/der.ts";
import { EXT_KEY_USAGES, extKeyUsage } from "../../src/x509/extensions.ts";
import { writePem } from "../../src/x509/pem.ts";
import { startBao } from "../support/bao.ts";
import { type Made, ecKey, makeCertificate, openSsl } from "../support/certificates.ts";
import { type Seen, Tally, compareAll } from "../support/oracle.ts";
import { NO_PIP } from "../support/python.ts";
import { startTestServer } from "../support/server.ts";
import { callTls } from "../support/tls-calls.ts";

const NOW = Date.now();
const DAY = 86_400_000;
const times = { from: NOW - DAY, until: NOW + 30 * DAY };
const root = makeCertificate({ cn: "Root", ca: true, ...times });
const other = makeCertificate({ cn: "Other Root", ca: true, ...times });
/** The same subject as the root's, another key. */
const lookalike = makeCertificate({ cn: "Root", ca: true, ...times });
const middle = makeCertificate({ cn: "Middle", ca: true, by: root, ...times });
const short = makeCertificate({ cn: "Short", ca: true, pathLength: 0, by: root, ...times });
const tooDeep = makeCertificate({ cn: "Too deep", ca: true, by: short, ...times });
const noCa = makeCertificate({ cn: "No CA", by: root, ...times });
const saysNoCa = makeCertificate({ cn: "Says no CA", ca: false, usages: ["CertSign"], by: root, ...times });
const noSign = makeCertificate({ cn: "May not sign", ca: true, usages: ["CRLSign"], by: root, ...times });
const oldCa = makeCertificate({ cn: "Old CA", ca: true, by: root, from: NOW - 9 * DAY, until: NOW - DAY });
const serverCa = makeCertificate({ cn: "Server CA", ca: true, by: root, purposes: ["ServerAuth"], ...times });

const leaf = (more: Partial<Parameters<typeof makeCertificate>[0]> = {}): Made =>
  makeCertificate({
    cn: "train.example.com",
    unit: ["ml"],
    by: root,
    purposes: ["ClientAuth"],
    names: [
      { kind: "dns", value: "train.example.com" },
      { kind: "email", value: "ml@example.com" },
      { kind: "uri", value: "spiffe://example.com/train" },
    ],
    ...times,
    ...more,
  });

const STAGE = "1.3.6.1.4.1.99999.1";
const CLIENTS = {
  good: leaf(),
  tagged: leaf({
    more: [{ oid: STAGE, critical: false, value: write(TAG.utf8, Buffer.from("stage-train")) }],
  }),
  critical: leaf({
    more: [{ oid: STAGE, critical: true, value: write(TAG.utf8, Buffer.from("stage-train")) }],
  }),
  selfSigned: makeCertificate({ cn: "train.example.com", purposes: ["ClientAuth"], ...times }),
  otherRoot: leaf({ by: other }),
  lookalike: leaf({ by: lookalike }),
  expired: leaf({ from: NOW - 9 * DAY, until: NOW - DAY }),
  early: leaf({ from: NOW + DAY, until: NOW + 9 * DAY }),
  server: leaf({ purposes: ["ServerAuth"] }),
  anyPurpose: leaf({ purposes: ["Any"] }),
  noPurpose: leaf({ purposes: undefined as never }),
  noCn: leaf({ cn: "" }),
  deep: leaf({ by: middle }),
  viaShort: leaf({ by: short }),
  viaTooDeep: leaf({ by: tooDeep }),
  viaNoCa: leaf({ by: noCa }),
  viaSaysNoCa: leaf({ by: saysNoCa }),
  viaNoSign: leaf({ by: noSign }),
  viaOldCa: leaf({ by: oldCa }),
  viaServerCa: leaf({ by: serverCa }),
  revoked: leaf(),
} as const;

interface CertRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
  readonly client?: keyof typeof CLIENTS;
  readonly chain?: readonly Made[];
  readonly differs?: string;
}

type More = Pick<CertRequest, "differs">;
const get = (path: string, more: More = {}): CertRequest => ({
  method: "GET",
  path: `auth/cert/${path}`,
  ...more,
});
const list = (path: string): CertRequest => ({ method: "GET", path: `auth/cert/${path}?list=true` });
const remove = (path: string): CertRequest => ({ method: "DELETE", path: `auth/cert/${path}` });
const post = (path: string, body: object = {}, more: More = {}): CertRequest => ({
  method: "POST",
  path: `auth/cert/${path}`,
  body,
  ...more,
});
const login = (
  client: keyof typeof CLIENTS,
  chain: readonly Made[] = [],
  name = "",
  more: More = {},
): CertRequest => ({
  method: "POST",
  path: "auth/cert/login",
  body: name === "" ? {} : { name },
  client,
  chain,
  ...more,
});

const OWN_TEXT = "the same meaning in other words, without Go's parser";
const NO_OCSP = "what is not offered is refused, never kept without effect";
const CHECKED = "what could never match is refused when it is written";

const SETUP: readonly CertRequest[] = [
  post("login"),
  login("good"),
  list("certs"),
  get("certs/none"),
  post("certs/web", {}),
  post("certs/web", { certificate: "x" }),
  post("certs/web", { certificate: root.pem, policies: "p1", ttl: 3600 }),
  get("certs/web", { differs: "former names of fields are not repeated in answers" }),
  post("certs/web", {
    certificate: root.pem,
    token_policies: "p1,p2",
    token_ttl: "1h",
    token_max_ttl: "2h",
    display_name: "Web",
  }),
  get("certs/web"),
  post("certs/web", { certificate: root.pem, token_type: "wrong" }),
  post("certs/web", { certificate: root.pem, ttl: "3h", max_ttl: "1h" }, { differs: OWN_TEXT }),
  post("certs/bad", { certificate: CLIENTS.server.pem }),
  post("certs/bad", { certificate: root.pem, required_extensions: "x" }, { differs: CHECKED }),
  remove("certs/bad"),
  post("certs/ocsp", { certificate: root.pem, ocsp_enabled: true }, { differs: NO_OCSP }),
  remove("certs/ocsp"),
  list("certs"),
  remove("certs/none"),
  get("config"),
  post("config", { disable_binding: true }),
  get("config"),
  post("config", { disable_binding: false, enable_identity_alias_metadata: true }),
  get("config"),
];

const CHAINS: readonly CertRequest[] = (Object.keys(CLIENTS) as (keyof typeof CLIENTS)[]).flatMap(
  (client) => [
    login(client, [middle, short, tooDeep, noCa, saysNoCa, noSign, oldCa, serverCa]),
    login(client, [], "web"),
  ],
);

const entry = (name: string, field: string, values: string | readonly string[]): CertRequest =>
  post(`certs/${name}`, { certificate: root.pem, [field]: values });

const HEX = `hex:${STAGE}:0c0b73746167652d747261696e`;

const NAMES: readonly CertRequest[] = [
  ...(
    [
      ["allowed_names", "train.example.com"],
      ["allowed_names", "ml@example.com"],
      ["allowed_names", "TRAIN.example.com"],
      ["allowed_names", "other.example.com"],
      ["allowed_common_names", "train.*"],
      ["allowed_common_names", "train"],
      ["allowed_common_names", "*"],
      ["allowed_dns_sans", "*.example.com"],
      ["allowed_dns_sans", "*.example.org"],
      ["allowed_email_sans", "*@example.com"],
      ["allowed_email_sans", "*@example.org"],
      ["allowed_uri_sans", "spiffe://example.com/*"],
      ["allowed_uri_sans", "spiffe://example.org/*"],
      ["allowed_organizational_units", "ml"],
      ["allowed_organizational_units", "m*"],
      ["allowed_organizational_units", "web"],
      ["required_extensions", `${STAGE}:stage-*`],
      ["required_extensions", `${STAGE}:prod-*`],
      ["required_extensions", HEX],
      ["required_extensions", `hex:${STAGE}:0c00`],
      ["required_extensions", `hex:${STAGE}:73746167652d747261696e`],
      ["required_extensions", `hex:${STAGE}:7374*`],
      ["required_extensions", `hex:${STAGE}:0C0B7374*`],
      ["allowed_metadata_extensions", STAGE],
    ] as const
  ).flatMap(([field, value], index) => [
    entry(`n${index}`, field, value),
    login("good", [], `n${index}`),
    login("tagged", [], `n${index}`, value === HEX ? { differs: "Vault's `hex:` form works" } : {}),
    login("noCn", [], `n${index}`),
    remove(`certs/n${index}`),
  ]),
  post("certs/two", {
    certificate: root.pem,
    allowed_common_names: "train.*",
    allowed_organizational_units: "web",
  }),
  login("good", [], "two"),
  remove("certs/two"),
];

const revokedSerial = readCertificate(CLIENTS.revoked.der).serialBytes;
const rootCertificate = readCertificate(root.der);
const crl = writePem(
  "X509 CRL",
  writeCrl(
    {
      issuerRaw: rootCertificate.subjectRaw,
      keyId: keyIdOf(rootCertificate),
      number: 1,
      thisUpdate: NOW - DAY,
      nextUpdate: NOW + DAY,
      entries: [writeEntry(revokedSerial, NOW - DAY)],
    },
    root.key,
    { bits: 0, pss: false },
  ),
);

const LISTS: readonly CertRequest[] = [
  list("crls"),
  get("crls/none"),
  remove("crls/none"),
  post("crls/a", {}),
  post("crls/a", { crl: "x" }, { differs: OWN_TEXT }),
  login("revoked", [], "web"),
  post("crls/a", { crl }),
  get("crls/a"),
  list("crls"),
  login("revoked", [], "web"),
  login("good", [], "web"),
  remove("crls/a"),
  login("revoked", [], "web"),
  post("certs/pin", { certificate: CLIENTS.selfSigned.pem, token_policies: "pinned" }),
  login("selfSigned", [], "pin"),
  login("selfSigned"),
  login("good", [], "pin"),
  post("certs/pin", { certificate: CLIENTS.expired.pem }),
  login("expired", [], "pin"),
  post("certs/pin", { certificate: middle.pem }),
  login("deep", [], "pin"),
  login("good", [], "pin"),
  post("certs/pin", { certificate: other.pem + middle.pem }),
  login("deep", [], "pin"),
  login("otherRoot", [], "pin"),
  post("certs/pin", { certificate: root.pem, token_bound_cidrs: "10.0.0.0/8" }),
  login("good", [], "pin", { differs: "one text for every refusal" }),
  post("certs/pin", { certificate: root.pem, token_bound_cidrs: "127.0.0.0/8" }),
  login("good", [], "pin"),
  post("certs/batch", { certificate: root.pem, token_type: "batch" }),
  login("good", [], "batch"),
];

const REQUESTS = [...SETUP, ...CHAINS, ...NAMES, ...LISTS];

/**
 * REFUSED: where no chain can be verified OpenBao answers 500 with Go's reason for it; here that is 400 with one text for all of
 * them, and the reason stands in the operator's log.
 */

/** Members of one side alone, or random. */
const OWN = new Set(["request_id", "client_token", "accessor", "entity_id", "identity_policies"]);

function plain(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(plain);
  if (node === null || typeof node !== "object") return node;
  return Object.fromEntries(
    Object.entries(node)
      .filter(([key]) => !OWN.has(key))
      .map(([key, value]) => [key, plain(value)]),
  );
}

test("cert answers as OpenBao over TLS", { timeout: 300_000 }, async (context) => {
  const bao = await startBao({ tls: true });
  if (bao === null) return context.skip(NO_PIP);
  context.after(() => bao.stop());
  const files = openSsl();
  context.after(() => files.close());
  const own = makeCertificate({
    cn: "localhost",
    key: ecKey(),
    more: [extKeyUsage([EXT_KEY_USAGES.ServerAuth])],
    ...times,
  });
  const server = await startTestServer(undefined, {
    certFile: files.file("tls.crt", own.pem),
    keyFile: files.file("tls.key", own.keyPem),
    clientCertificates: true,
  });
  context.after(() => server.stop());
  const sides = [
    { address: bao.address, token: bao.token },
    { address: server.address, token: server.rootToken },
  ] as const;
  for (const { address, token } of sides)
    assert.equal(
      (await callTls(address, { method: "POST", path: "sys/auth/cert", token, body: { type: "cert" } }))
        .status,
      204,
    );
  const tally = await Tally.of("cert", { "auth/cert/": "auth/cert" });
  const asking =
    ({ address, token }: { readonly address: string; readonly token: string }) =>
    async ({ method, path, body, client, chain }: CertRequest): Promise<Seen> => {
      const { status, json } = await callTls(address, {
        method,
        path,
        ...(body !== undefined && { body }),
        ...(!path.endsWith("/login") && { token }),
        ...(client !== undefined && { client: CLIENTS[client], chain: chain ?? [] }),
      });
      return { status, body: plain(json) };
    };
  await compareAll<CertRequest>(
    {
      tally,
      theirs: asking(sides[0]),
      ours: asking(sides[1]),
      // see REFUSED
      judge: (_, ours, theirs) => (theirs.status === 500 && ours.status === 400 ? null : undefined),
    },
    REQUESTS,
  );
  tally.finish();
});
