/** What an attacker sends: valid structures with bytes changed, names that slip past a CA's constraints. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ecKey, makeCertificate } from "../../test/support/certificates.ts";
import { isBulkheadError } from "../core/errors.ts";
import { readCertificate } from "./certificate.ts";
import { findChain } from "./chain.ts";
import { readCrl, writeCrl, writeEntry } from "./crl.ts";
import { TAG, oid, readOnly, sequence, write } from "./der.ts";
import {
  EXTENSION,
  EXT_KEY_USAGES,
  type Extension,
  basicConstraints,
  extKeyUsage,
  keyUsage,
  nameConstraints,
  readBasicConstraints,
  readExtKeyUsage,
  readKeyUsage,
  readNameConstraints,
  readSubjectAltName,
  subjectAltName,
} from "./extensions.ts";
import { spkiOf } from "./keys.ts";
import { ATTRIBUTE, type GeneralName, readName, writeGeneralName } from "./names.ts";
import { readRequest, writeRequest } from "./request.ts";

const NOW = Date.UTC(2026, 0, 1);
const SIGNING = { bits: 0, pss: false };

function refusedAsMalformed(read: () => unknown): void {
  assert.throws(read, (error) => isBulkheadError(error) && error.code === "x509.malformed");
}

const bmpName = (bytes: Buffer): Buffer =>
  sequence(write(TAG.set, sequence(oid(ATTRIBUTE.commonName), write(TAG.bmp, bytes))));

test("half a character of a BMPString is malformed", () => {
  refusedAsMalformed(() => readName(bmpName(Buffer.from([0, 0x41, 0]))));
  const key = ecKey();
  const subjectRaw = bmpName(Buffer.from([0, 0x41, 0]));
  refusedAsMalformed(() =>
    readRequest(writeRequest({ subjectRaw, spki: spkiOf(key), extensions: [] }, key, SIGNING)),
  );
});

function crlWith(entries: readonly Buffer[]): Buffer {
  const key = ecKey();
  const spec = {
    issuerRaw: sequence(),
    keyId: Buffer.alloc(20),
    number: 1,
    thisUpdate: NOW,
    nextUpdate: NOW,
  };
  return writeCrl({ ...spec, entries }, key, SIGNING);
}

test("a revocation list with an empty or endless serial number is malformed", () => {
  const date = readOnly(writeEntry(Buffer.of(1), NOW), TAG.sequence, "entry").body.subarray(3);
  for (const serial of [Buffer.alloc(0), Buffer.alloc(4_000, 1)])
    refusedAsMalformed(() => readCrl(crlWith([sequence(write(TAG.integer, serial), date)])));
});

test("what was valid and is changed at a few bytes is read or malformed, nothing else", () => {
  const key = ecKey();
  const names: readonly GeneralName[] = [
    { kind: "dns", value: "a.example" },
    { kind: "ip", value: "192.0.2.1" },
    { kind: "other", oid: "1.2.3", value: "x" },
  ];
  const extensions = [
    basicConstraints({ ca: true, pathLength: 3 }),
    keyUsage(["CertSign"]),
    extKeyUsage([EXT_KEY_USAGES.ClientAuth]),
    subjectAltName(names),
    nameConstraints(["example"]),
  ];
  const subjectRaw = bmpName(Buffer.from([0, 0x41, 0, 0x42]));
  const ca = makeCertificate({ cn: "CA", ca: true, more: [nameConstraints(["example"])], names });
  const values = extensions.map(({ value }) => value);
  const readers: readonly (readonly [Buffer, (bytes: Buffer) => unknown])[] = [
    [ca.der, readCertificate],
    [writeRequest({ subjectRaw, spki: spkiOf(key), extensions }, key, SIGNING), readRequest],
    [crlWith([writeEntry(Buffer.of(1, 2), NOW)]), readCrl],
    [subjectRaw, readName],
    ...[readBasicConstraints, readKeyUsage, readExtKeyUsage, readSubjectAltName, readNameConstraints].map(
      (read, index) => [values[index] ?? Buffer.alloc(0), read] as const,
    ),
  ];
  const change = fc.tuple(
    fc.nat(),
    fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0x81, 0x84, 0xff), fc.nat(255)),
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(), (changes, cut) => {
      for (const [valid, read] of readers) {
        const bytes = Buffer.from(valid);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        try {
          read(cut % 5 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes);
        } catch (error) {
          assert.ok(isBulkheadError(error) && error.code === "x509.malformed", String(error));
        }
      }
    }),
    { numRuns: 3_000 },
  );
});

describe("name constraints", () => {
  const excluding = (name: GeneralName): Extension => ({
    oid: EXTENSION.nameConstraints,
    critical: true,
    value: sequence(write(0xa1, sequence(writeGeneralName(name)))),
  });
  const passes = (constraint: Extension, cn: string, names?: readonly GeneralName[]): boolean => {
    const ca = makeCertificate({ cn: "CA", ca: true, more: [constraint] });
    const leaf = makeCertificate({ cn, by: ca, ...(names && { names }) });
    const options = {
      trusted: [readCertificate(ca.der)],
      intermediates: [],
      now: NOW,
      usage: EXT_KEY_USAGES.ClientAuth,
    };
    return findChain(readCertificate(leaf.der), options) !== null;
  };

  test("hold for a common name that stands for a host", () => {
    const constraint = nameConstraints(["team.example"]);
    assert.equal(passes(constraint, "job.team.example"), true);
    assert.equal(passes(constraint, "admin.example"), false);
    assert.equal(passes(constraint, "Robot 7"), true, "no host's name");
    assert.equal(passes(constraint, "admin.example", [{ kind: "dns", value: "job.team.example" }]), true);
  });

  test("are not slipped past by a dot at the end or a URI without a host", () => {
    const dns = excluding({ kind: "dns", value: "admin.example" });
    assert.equal(passes(dns, "x", [{ kind: "dns", value: "other.example" }]), true);
    assert.equal(passes(dns, "x", [{ kind: "dns", value: "admin.example." }]), false);
    const uri = excluding({ kind: "uri", value: "admin.example" });
    assert.equal(passes(uri, "x", [{ kind: "uri", value: "spiffe://other.example/a" }]), true);
    assert.equal(passes(uri, "x", [{ kind: "uri", value: "spiffe://admin.example/a" }]), false);
    assert.equal(passes(uri, "x", [{ kind: "uri", value: "urn:admin.example" }]), false);
  });
});
