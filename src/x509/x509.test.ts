/** What is written here others read alike (OpenSSL, Node, @peculiar/x509), and what is changed or made up is refused, never misread. */
import "reflect-metadata";
import assert from "node:assert/strict";
import { X509Certificate, generateKeyPairSync } from "node:crypto";
import { describe, test } from "node:test";
import { X509Certificate as PeculiarCertificate, X509Crl as PeculiarCrl } from "@peculiar/x509";
import fc from "fast-check";
import { makeCertificate, openSsl } from "../../test/support/certificates.ts";
import { isBulkheadError } from "../core/errors.ts";
import { fingerprint, freshSerial, isIssuedBy, keyIdOf, readCertificate, serialText } from "./certificate.ts";
import { findChain } from "./chain.ts";
import { readCrl, writeCrl, writeEntry } from "./crl.ts";
import { Reader, TAG, integer, oid, readOid, readTime, time, write } from "./der.ts";
import { EXT_KEY_USAGES, nameConstraints } from "./extensions.ts";
import { matchesGlob } from "./glob.ts";
import { type GeneralName, readGeneralNames, writeGeneralName } from "./names.ts";
import { base64Bytes, readPem, secretPem, writePem } from "./pem.ts";
import { readRequest } from "./request.ts";

const NOW = Date.UTC(2026, 0, 1);
const root = makeCertificate({ cn: "Root", ca: true });

/** Either read, or refused as malformed: never another error. */
function readsOrRefuses(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch (error) {
    assert.ok(isBulkheadError(error) && error.code === "x509.malformed", String(error));
    return false;
  }
}

describe("reading", () => {
  test("bytes that are anything are read or refused", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        for (const read of [readCertificate, readRequest, readCrl])
          readsOrRefuses(() => read(Buffer.from(bytes)));
        readsOrRefuses(() => readGeneralNames(Buffer.from(bytes)));
        readsOrRefuses(() => readPem(Buffer.from(bytes).toString("latin1")));
      }),
      { numRuns: 2_000 },
    );
  });

  test("a changed byte of a certificate never verifies", () => {
    const leaf = makeCertificate({ cn: "a", by: root, names: [{ kind: "dns", value: "a.example.com" }] });
    const ca = readCertificate(root.der);
    for (let at = 0; at < leaf.der.length; at++) {
      const changed = Buffer.from(leaf.der);
      changed[at] = (changed[at] ?? 0) ^ 0x01;
      readsOrRefuses(() => assert.equal(isIssuedBy(readCertificate(changed), ca), false));
    }
    assert.ok(isIssuedBy(readCertificate(leaf.der), ca));
  });

  test("what follows a certificate, long lengths and indefinite ones are refused", () => {
    assert.ok(!readsOrRefuses(() => readCertificate(Buffer.concat([root.der, Buffer.of(0)]))));
    for (const bytes of [
      Buffer.of(0x30, 0x80, 0, 0),
      Buffer.of(0x30, 0x81, 0x01, 0),
      Buffer.of(0x30, 0x82, 0, 0x01, 0),
      Buffer.of(0x30, 0x84, 0xff, 0xff, 0xff, 0xff),
      Buffer.of(0x30, 0x85, 0, 0, 0, 0, 0),
      Buffer.of(0x3f, 0x81, 0, 0),
      Buffer.of(0x30, 2, 0),
    ])
      assert.ok(!readsOrRefuses(() => new Reader(bytes, "test").next()));
  });

  test("names with a NUL in them are refused", () => {
    const name = write(0x82, Buffer.from("a.example.com\0.evil.com"));
    assert.ok(!readsOrRefuses(() => readGeneralNames(write(TAG.sequence, name))));
  });
});

describe("writing", () => {
  test("Node, OpenSSL and another library read what was written", (context) => {
    const ssl = openSsl();
    context.after(() => ssl.close());
    const names: GeneralName[] = [
      { kind: "dns", value: "*.example.com" },
      { kind: "email", value: "a@example.com" },
      { kind: "uri", value: "spiffe://example.com/a" },
      { kind: "ip", value: "10.1.2.3" },
      { kind: "ip", value: "2001:db8::ff" },
    ];
    const { der, pem } = makeCertificate({ cn: 'Ünï, "quoted"', unit: ["b", "a"], by: root, names });
    const node = new X509Certificate(der);
    assert.match(
      node.subjectAltName ?? "",
      /DNS:\*\.example\.com, email:a@example\.com, URI:spiffe:\/\/example\.com\/a, IP Address:10\.1\.2\.3, IP Address:2001:/,
    );
    assert.equal(serialText(Buffer.from(node.serialNumber, "hex")), readCertificate(der).serial);
    const other = new PeculiarCertificate(der);
    assert.deepEqual(other.subjectName.getField("CN"), ['Ünï, "quoted"']);
    assert.equal(other.notAfter.getTime(), readCertificate(der).notAfter);
    assert.match(ssl.run("x509", "-in", ssl.file("c.pem", pem), "-noout", "-text"), /DNS:\*\.example\.com/);
    const ca = readCertificate(root.der);
    const list = writeCrl(
      {
        issuerRaw: ca.subjectRaw,
        keyId: keyIdOf(ca),
        number: 7,
        thisUpdate: NOW,
        nextUpdate: NOW + 1_000,
        entries: [writeEntry(freshSerial(), NOW)],
      },
      root.key,
      { bits: 0, pss: false },
    );
    assert.equal(new PeculiarCrl(list).entries.length, 1);
    assert.match(
      ssl.run("crl", "-inform", "DER", "-in", ssl.file("l.der", list), "-noout", "-text"),
      /CRL Number:\s+7/,
    );
  });

  test("numbers, identifiers and times come back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (bytes) => {
        const number = Buffer.from(bytes);
        const { body } = new Reader(integer(number), "n").next(TAG.integer);
        assert.equal(BigInt(`0x${body.toString("hex")}`), BigInt(`0x${number.toString("hex")}`));
        assert.ok(((body[0] ?? 0) & 0x80) === 0);
      }),
    );
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 31 - 1), { minLength: 1, maxLength: 10 }), (arcs) => {
        const text = `2.${arcs.join(".")}`;
        assert.equal(readOid(new Reader(oid(text), "o").next(TAG.oid).body, "o"), text);
      }),
    );
    for (const text of ["1949-12-31", "2049-12-31T23:59:59", "2050-01-01", "2999-06-01"].slice(1)) {
      const ms = Date.parse(`${text.length === 10 ? `${text}T00:00:00` : text}Z`);
      assert.equal(readTime(new Reader(time(ms), "t").next(), "t"), ms);
    }
  });

  test("a private key's PEM is what a string's would be", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const der = Buffer.from(bytes);
        assert.equal(base64Bytes(der).toString(), der.toString("base64"));
        if (der.length > 0) assert.equal(secretPem("X", der).toString(), writePem("X", der));
      }),
    );
  });

  test("general names come back; others than ASCII are refused", () => {
    for (const name of [
      { kind: "dns", value: "a.example.com" },
      { kind: "other", oid: "1.3.6.1.4.1.311.20.2.3", value: "ü@example.com" },
    ] as const)
      assert.deepEqual(readGeneralNames(write(TAG.sequence, writeGeneralName(name))), [name]);
    assert.throws(() => writeGeneralName({ kind: "dns", value: "bücher.example" }));
    assert.throws(() => writeGeneralName({ kind: "uri", value: "a\0b" }));
  });
});

describe("chains", () => {
  const usage = EXT_KEY_USAGES.ClientAuth;
  const read = (made: { der: Buffer }) => readCertificate(made.der);
  const leads = (
    leaf: { der: Buffer },
    trusted: { der: Buffer },
    between: readonly { der: Buffer }[] = [],
  ): boolean =>
    findChain(read(leaf), { trusted: [read(trusted)], intermediates: between.map(read), now: NOW, usage }) !==
    null;

  test("name constraints of a CA hold for what is below it", () => {
    const only = makeCertificate({
      cn: "Only",
      ca: true,
      by: root,
      more: [nameConstraints(["example.com"])],
    });
    const leafOf = (value: string) => makeCertificate({ cn: "l", by: only, names: [{ kind: "dns", value }] });
    assert.ok(leads(leafOf("a.example.com"), root, [only]));
    assert.ok(leads(leafOf("example.com"), root, [only]));
    assert.ok(!leads(leafOf("a.evil.com"), root, [only]));
    assert.ok(!leads(leafOf("badexample.com"), root, [only]));
  });

  test("a weak key, or one of another kind, ends a chain", () => {
    const weak = generateKeyPairSync("rsa", { modulusLength: 1024 }).privateKey;
    assert.ok(!leads(makeCertificate({ cn: "l", by: root, key: weak }), root));
    assert.ok(leads(makeCertificate({ cn: "l", by: root }), root));
  });

  test("a long chain ends", () => {
    const chain = [root];
    for (let step = 0; step < 15; step++)
      chain.push(makeCertificate({ cn: `CA ${step}`, ca: true, by: chain.at(-1) ?? root }));
    const leaf = makeCertificate({ cn: "l", by: chain.at(-1) ?? root });
    assert.ok(!leads(leaf, root, chain.slice(1)));
    const shorter = makeCertificate({ cn: "l", by: chain[5] ?? root });
    assert.ok(leads(shorter, root, chain.slice(1).reverse()));
  });
});

test("globs match whole texts", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 6 }),
      fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 8 }),
      (pattern, text) => {
        assert.equal(matchesGlob(pattern, text), new RegExp(`^${pattern.replaceAll("*", ".*")}$`).test(text));
      },
    ),
    { numRuns: 3_000 },
  );
  assert.equal(fingerprint(Buffer.alloc(0)).length, 64);
});
