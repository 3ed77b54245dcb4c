/** Which certificate an entry lets in: its chain, its times and purposes, its names and extensions, and what is revoked. */
import assert from "node:assert/strict";
import test from "node:test";
import { type CertificateWish, type Made, makeCertificate } from "../../../test/support/certificates.ts";
import { pluginApi } from "../../../test/support/plugin-api.ts";
import { ManualClock } from "../../core/clock.ts";
import { readCertificate } from "../../x509/certificate.ts";
import { type Crl, readCrl, writeCrl, writeEntry } from "../../x509/crl.ts";
import { TAG, write } from "../../x509/der.ts";
import type { Extension } from "../../x509/extensions.ts";
import type { GeneralName } from "../../x509/names.ts";
import { writePem } from "../../x509/pem.ts";
import { cert } from "./index.ts";
import { extensionText, matchEntry } from "./match.ts";
import type { Entry, Trust } from "./store.ts";

const SECOND = 1_000;
const NOW = new ManualClock().now();
const span = { from: NOW - 1_000 * SECOND, until: NOW + 1_000 * SECOND };

const root = makeCertificate({ cn: "Root", ca: true, ...span });
const client = (wish: Partial<CertificateWish> = {}): Made =>
  makeCertificate({ cn: "train", by: root, purposes: ["ClientAuth"], ...span, ...wish });

const LISTS = {
  allowed_names: null,
  allowed_common_names: null,
  allowed_dns_sans: null,
  allowed_email_sans: null,
  allowed_uri_sans: null,
  allowed_organizational_units: null,
  required_extensions: null,
};
const trusting = (certificates: readonly Made[], lists: Partial<Entry> = {}): Trust => ({
  name: "ml",
  entry: { ...LISTS, ...lists } as Entry,
  certificates: certificates.map(({ der }) => readCertificate(der)),
});
const verdict = (
  trust: Trust,
  leaf: Made,
  { now = NOW, crls = [] as readonly Crl[], others = [] as Made[] } = {},
) =>
  matchEntry(
    trust,
    { leaf: readCertificate(leaf.der), others: others.map(({ der }) => readCertificate(der)), now },
    crls,
  );
const said = (...given: Parameters<typeof verdict>): string => {
  const found = verdict(...given);
  return found.kind === "matched" ? "matched" : found.reason;
};
const NO_CHAIN = "no valid chain to a trusted certificate";

test("an entry lets in what its CA signed, and the very certificates it names", () => {
  const leaf = client();
  const other = makeCertificate({ cn: "Other", ca: true, ...span });
  assert.equal(said(trusting([root]), leaf), "matched");
  assert.equal(said(trusting([other]), leaf), NO_CHAIN);
  assert.equal(said(trusting([leaf]), leaf), "matched", "its issuer need not be known");
  assert.equal(said(trusting([other, leaf]), leaf), "matched");
  assert.equal(said(trusting([client()]), leaf), NO_CHAIN, "a twin is another");
  const middle = makeCertificate({ cn: "Middle", ca: true, by: root, ...span });
  const deep = client({ by: middle });
  assert.equal(said(trusting([root]), deep, { others: [middle] }), "matched");
  assert.equal(said(trusting([root]), deep), NO_CHAIN);
  const child = client({ by: leaf, cn: "child" });
  assert.equal(said(trusting([leaf]), child), NO_CHAIN, "a client's certificate is no CA");
});

test("a certificate that is named must be current, to the second, and for clients", () => {
  const leaf = client();
  for (const [now, expected] of [
    [span.from - SECOND, NO_CHAIN],
    [span.from, "matched"],
    [span.until, "matched"],
    [span.until + SECOND, NO_CHAIN],
  ] as const)
    assert.equal(said(trusting([leaf]), leaf, { now }), expected, String(now - NOW));
  for (const [purposes, expected] of [
    [undefined, "matched"],
    [["ClientAuth"], "matched"],
    [["Any"], "matched"],
    [["ServerAuth", "ClientAuth"], "matched"],
    [["ServerAuth", "Any"], "matched"],
    [["ServerAuth"], NO_CHAIN],
    [["ServerAuth", "CodeSigning"], NO_CHAIN],
  ] as const) {
    const { purposes: _, ...rest } = { cn: "x", by: root, ...span, purposes };
    const one = makeCertificate(purposes === undefined ? rest : { ...rest, purposes });
    assert.equal(said(trusting([one]), one), expected, String(purposes));
  }
});

test("names are asked for where they stand, each list by itself and all together", () => {
  const names: GeneralName[] = [
    { kind: "dns", value: "gpu-1.example.com" },
    { kind: "email", value: "ada@example.com" },
    { kind: "uri", value: "spiffe://ml/train" },
  ];
  const leaf = client({ names, unit: ["research", "ml"] });
  const trust = (lists: Partial<Entry>): Trust => trusting([root], lists);
  for (const [field, fits, others] of [
    [
      "allowed_names",
      ["train", "gpu-*.example.com", "*@example.com"],
      ["spiffe://ml/train", "research", "x"],
    ],
    ["allowed_common_names", ["train", "tr*"], ["gpu-1.example.com", "rain", "x"]],
    ["allowed_dns_sans", ["*.example.com"], ["train", "ada@example.com", "example.com"]],
    ["allowed_email_sans", ["ada@*"], ["gpu-1.example.com", "train"]],
    ["allowed_uri_sans", ["spiffe://ml/*"], ["train", "gpu-1.example.com"]],
    ["allowed_organizational_units", ["research", "ml"], ["train", "m"]],
  ] as const) {
    for (const one of fits) {
      assert.equal(said(trust({ [field]: [one] }), leaf), "matched", `${field} ${one}`);
      assert.equal(said(trust({ [field]: ["nobody", one] }), leaf), "matched", `${field} ${one}`);
    }
    for (const one of others) assert.equal(said(trust({ [field]: [one] }), leaf), field, `${field} ${one}`);
    assert.equal(said(trust({ [field]: [] }), leaf), "matched", `${field} empty`);
  }
  assert.equal(
    said(trust({ allowed_common_names: ["train"], allowed_dns_sans: ["other"] }), leaf),
    "allowed_dns_sans",
  );
});

const text = (oid: string, tag: number, value: string): Extension => ({
  oid,
  critical: false,
  value: write(tag, Buffer.from(value)),
});

test("required extensions are there with their text or their bytes, every one of them", () => {
  const leaf = client({
    more: [
      text("1.2.3.1", TAG.utf8, "team:ml"),
      text("1.2.3.2", TAG.ia5, "ia5"),
      text("1.2.3.3", TAG.printable, "printed"),
      text("1.2.3.4", TAG.octets, "bytes"),
    ],
  });
  for (const [wanted, fits] of [
    [["1.2.3.1:team:ml"], true],
    [["1.2.3.1:team:*"], true],
    [["1.2.3.1:team"], false],
    [["1.2.3.1:"], false],
    [["1.2.3.2:ia5", "1.2.3.3:printed"], true],
    [["1.2.3.2:ia5", "1.2.3.3:other"], false],
    [["1.2.3.9:*"], false],
    [["1.2.3.4:*"], false],
    [["hex:1.2.3.4:04056279746573"], true],
    [["hex:1.2.3.1:0C077465616D3A6D6C"], true],
    [["hex:1.2.3.1:0c07"], false],
    [["hex:1.2.3.1:*"], false],
    [["hex:1.2.3.9:"], false],
  ] as const)
    assert.equal(
      said(trusting([root], { required_extensions: wanted }), leaf),
      fits ? "matched" : "required_extensions",
      wanted.join(),
    );
  const twice = Buffer.concat([write(TAG.utf8, Buffer.from("a")), write(TAG.utf8, Buffer.from("b"))]);
  for (const value of [twice, Buffer.alloc(0), Buffer.of(0x0c, 5, 1)])
    assert.equal(extensionText(value), null, "no one text");
});

function listOf(by: Made, revoked: readonly Made[]): Buffer {
  const issuer = readCertificate(by.der);
  return writeCrl(
    {
      issuerRaw: issuer.subjectRaw,
      keyId: Buffer.alloc(20, 1),
      number: 1,
      thisUpdate: span.from,
      nextUpdate: span.until,
      entries: revoked.map(({ der }) => writeEntry(readCertificate(der).serialBytes, NOW)),
    },
    by.key,
    { bits: 0, pss: false },
  );
}

test("what its issuer revoked is refused, anywhere in the chain; another's list says nothing", () => {
  const [leaf, twin] = [client(), client()];
  const other = makeCertificate({ cn: "Other", ca: true, ...span });
  const middle = makeCertificate({ cn: "Middle", ca: true, by: root, ...span });
  const deep = client({ by: middle });
  const crl = (by: Made, ...revoked: Made[]): Crl => readCrl(listOf(by, revoked));
  assert.match(said(trusting([root]), leaf, { crls: [crl(root, leaf)] }), /of the chain is revoked/);
  assert.equal(verdict(trusting([root]), leaf, { crls: [crl(root, leaf)] }).kind, "constraint");
  assert.match(said(trusting([leaf]), leaf, { crls: [crl(other), crl(root, leaf)] }), /is revoked/);
  assert.equal(said(trusting([root]), leaf, { crls: [crl(root, twin), crl(other, leaf)] }), "matched");
  assert.match(said(trusting([root]), deep, { others: [middle], crls: [crl(root, middle)] }), /is revoked/);
});

test("lists are uploaded in PEM or base64, read by serial number and taken away", async (context) => {
  const api = await pluginApi(context, { authMethods: [cert] });
  await api.kernel.services.mounts.mount("auth", "cert/", { type: "cert" });
  await api.call("POST", "auth/cert/certs/ml", { certificate: root.pem, token_policies: "ml" });
  const leaf = client();
  const login = async (): Promise<number> =>
    (
      await api.kernel.handle({
        method: "POST",
        path: "auth/cert/login",
        query: new URLSearchParams(),
        headers: {},
        body: Buffer.from("{}"),
        remote: "127.0.0.1",
        certificates: [leaf.der],
      })
    ).status;
  assert.equal(await login(), 200);
  const der = listOf(root, [leaf]);
  const serial = BigInt(`0x${readCertificate(leaf.der).serialBytes.toString("hex")}`).toString();
  for (const crl of [writePem("X509 CRL", der), der.toString("base64")]) {
    assert.equal((await api.call("POST", "auth/cert/crls/l", { crl })).status, 204);
    assert.deepEqual((await api.call("GET", "auth/cert/crls/l")).get("data.serials"), { [serial]: {} });
    assert.equal((await api.call("DELETE", "auth/cert/crls/l")).status, 204);
    assert.equal((await api.call("GET", "auth/cert/crls/l")).status, 400, "gone");
  }
  await api.call("POST", "auth/cert/crls/l", { crl: writePem("X509 CRL", der) });
  assert.equal(await login(), 400);
});
