/** The engine's own cryptographic code against published vectors and against node:crypto: base64, HKDF, signatures over digests, DER. */
import assert from "node:assert/strict";
import {
  type KeyObject,
  constants,
  createECDH,
  createHash,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  hkdfSync,
  sign as signWith,
  verify as verifyWith,
} from "node:crypto";
import test from "node:test";
import fc from "fast-check";
import { scale } from "../../../test/support/scale.ts";
import { isBulkheadError } from "../../core/errors.ts";
import { decodeBase64, encodeBase64, encodeHex, jsonPem } from "./base64.ts";
import { readPair, writePair } from "./der.ts";
import { hkdf } from "./derive.ts";
import { signDigest, verifyDigest } from "./ecdsa-digest.ts";
import { hashOf } from "./hashes.ts";
import type { KeyRecord } from "./keyring.ts";
import { signPkcs1, signPss, verifyPkcs1, verifyPss } from "./rsa-digest.ts";
import { type SigningOptions, sign, verify } from "./signature.ts";
import { ed25519Pkcs8 } from "./types.ts";

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(/\s/g, ""), "hex");
const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array));
const runs = { numRuns: scale(100, 2_000) };

test("base64, hex: RFC 4648's vectors, and as node encodes and decodes", () => {
  for (const [text, coded] of [
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="],
    ["foobar", "Zm9vYmFy"],
  ] as const) {
    assert.equal(encodeBase64(Buffer.from(text)).toString(), coded);
    assert.equal(decodeBase64(Buffer.from(coded)).toString(), text);
  }
  fc.assert(
    fc.property(bytes, (data) => {
      assert.equal(encodeBase64(data).toString(), data.toString("base64"));
      assert.equal(encodeBase64(data, "url").toString(), data.toString("base64url"));
      assert.deepEqual(decodeBase64(Buffer.from(data.toString("base64"))), data);
      assert.deepEqual(decodeBase64(Buffer.from(data.toString("base64url")), "", "url"), data);
      const broken = data.toString("base64").replace(/(.{7})/g, "$1\r\n");
      assert.deepEqual(decodeBase64(Buffer.from(broken)), data);
      assert.equal(encodeHex(data).toString(), data.toString("hex"));
    }),
    runs,
  );
});

test("base64: anything is decoded or refused with a place inside it", () => {
  const letters = fc.constantFrom(..."AQgw/+_-=\n !é");
  fc.assert(
    fc.property(fc.array(letters, { maxLength: 12 }), (chosen) => {
      const text = Buffer.from(chosen.join(""));
      for (const form of ["standard", "url"] as const)
        try {
          const decoded = decodeBase64(text, "", form);
          const written = text.toString().replaceAll("\n", "");
          assert.equal(decoded.toString(form === "url" ? "base64url" : "base64").length, written.length);
        } catch (error) {
          assert.ok(isBulkheadError(error) && error.code === "transit.base64", String(error));
          assert.ok(Number(error.details.at) <= text.length);
        }
    }),
    runs,
  );
});

test("HKDF: RFC 5869's first and third cases, and node's own where it goes", () => {
  const ikm = Buffer.alloc(22, 0x0b);
  assert.equal(
    hkdf(ikm, hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42).toString("hex"),
    "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
  );
  assert.equal(
    hkdf(ikm, Buffer.alloc(0), Buffer.alloc(0), 42).toString("hex"),
    "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
  );
  fc.assert(
    fc.property(bytes, bytes, fc.integer({ min: 1, max: 100 }), (key, info, length) => {
      const theirs = Buffer.from(hkdfSync("sha256", key, "", info, length));
      assert.deepEqual(hkdf(key, Buffer.alloc(0), info, length), theirs);
    }),
    runs,
  );
});

const record = (type: KeyRecord["type"]): KeyRecord => ({ type, derived: false }) as KeyRecord;
const OPTIONS: SigningOptions & { context: null } = {
  hash: "sha2-256",
  prehashed: false,
  marshaling: "asn1",
  padding: "pss",
  salt: "auto",
  context: null,
};
const material = (key: KeyObject) => ({ key, hmac: createSecretKey(Buffer.alloc(32)) });

test("Ed25519: RFC 8032, 7.1, tests 1 to 3", async () => {
  for (const [seed, shown, message, signature] of [
    [
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ] as const) {
    const key = createPrivateKey({ key: ed25519Pkcs8(hex(seed)), format: "der", type: "pkcs8" });
    assert.equal(createPublicKey(key).export({ type: "spki", format: "der" }).toString("hex", 12), shown);
    const { bytes: made } = await sign(record("ed25519"), material(key), hex(message), OPTIONS);
    assert.equal(made.toString("hex"), signature);
    const checked = { ...OPTIONS, signature: made };
    assert.equal(await verify(record("ed25519"), material(key), hex(message), checked), true);
    assert.equal(await verify(record("ed25519"), material(key), hex(`${message}00`), checked), false);
  }
});

/** RFC 6979, A.2.5: P-256, SHA-256, message "sample". */
test("ECDSA over a digest: RFC 6979's signature is right, and every change of it is wrong", () => {
  const ecdh = createECDH("prime256v1");
  ecdh.setPrivateKey(hex("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721"));
  const point = ecdh.getPublicKey();
  const key = createPublicKey({
    key: {
      kty: "EC",
      crv: "P-256",
      x: point.subarray(1, 33).toString("base64url"),
      y: point.subarray(33).toString("base64url"),
    },
    format: "jwk",
  });
  const digest = createHash("sha256").update("sample").digest();
  const pair = {
    r: hex("EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716"),
    s: hex("F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"),
  };
  assert.equal(verifyDigest(key, digest, pair), true);
  assert.equal(verifyDigest(key, createHash("sha256").update("test").digest(), pair), false);
  assert.equal(verifyDigest(key, digest, { r: pair.s, s: pair.r }), false);
  const order = hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  for (const wrong of [
    Buffer.alloc(32),
    order,
    Buffer.alloc(32, 0xff),
    Buffer.alloc(0),
    Buffer.alloc(100_000, 1),
  ]) {
    assert.equal(verifyDigest(key, digest, { ...pair, r: wrong }), false);
    assert.equal(verifyDigest(key, digest, { ...pair, s: wrong }), false);
  }
});

test("ECDSA over a digest agrees with node's own, both ways, on every curve", () => {
  for (const namedCurve of ["prime256v1", "secp384r1", "secp521r1"])
    for (const hash of ["sha1", "sha256", "sha512"])
      for (let round = 0; round < scale(3, 40); round++) {
        const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve });
        const message = Buffer.from(`${hash} ${round}`);
        const digest = createHash(hash).update(message).digest();
        const made = signDigest(privateKey, digest);
        assert.ok(verifyWith(hash, message, publicKey, writePair(made)), `${namedCurve} ${hash}`);
        const theirs = readPair(signWith(hash, message, privateKey));
        assert.ok(theirs !== null && verifyDigest(publicKey, digest, theirs));
        assert.ok(!verifyDigest(publicKey, createHash(hash).update("x").digest(), theirs));
      }
});

test("RSA over a digest agrees with node's own, both ways, with every hash and salt", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const message = Buffer.from("a message");
  for (const name of [
    "sha1",
    "sha2-224",
    "sha2-256",
    "sha2-384",
    "sha2-512",
    "sha3-256",
    "sha3-512",
  ] as const) {
    const hash = hashOf(name);
    const digest = createHash(hash.node).update(message).digest();
    const other = createHash(hash.node).update("x").digest();
    const pkcs1 = signPkcs1(privateKey, hash, digest);
    assert.deepEqual(pkcs1, signWith(hash.node, message, privateKey), name);
    assert.ok(verifyPkcs1(publicKey, hash, digest, pkcs1));
    assert.ok(!verifyPkcs1(publicKey, hash, other, pkcs1));
    for (const salt of ["auto", "hash", 0, 13] as const) {
      const saltLength =
        salt === "auto" ? constants.RSA_PSS_SALTLEN_AUTO : salt === "hash" ? hash.bytes : salt;
      const how = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength };
      const made = signPss(privateKey, hash, digest, salt);
      assert.ok(verifyWith(hash.node, message, { key: publicKey, ...how }, made), `${name} ${salt}`);
      const theirs = signWith(hash.node, message, { key: privateKey, ...how });
      assert.ok(verifyPss(publicKey, hash, digest, { signature: theirs, salt }));
      assert.ok(verifyPss(publicKey, hash, digest, { signature: theirs, salt: "auto" }));
      assert.ok(!verifyPss(publicKey, hash, digest, { signature: theirs, salt: 14 }));
      assert.ok(!verifyPss(publicKey, hash, other, { signature: theirs, salt }));
      const flipped = Buffer.from(theirs);
      flipped[100] = (flipped[100] ?? 0) ^ 1;
      assert.ok(!verifyPss(publicKey, hash, digest, { signature: flipped, salt: "auto" }));
    }
    assert.ok(!verifyPss(publicKey, hash, digest, { signature: pkcs1, salt: "auto" }));
    assert.ok(!verifyPss(publicKey, hash, digest, { signature: Buffer.alloc(3), salt: "auto" }));
  }
  const tooLong = (): Buffer => signPss(privateKey, hashOf("sha2-256"), Buffer.alloc(32), 223);
  assert.throws(tooLong, /requested salt length 223 is invalid/);
});

test("PSS where the modulus has a bit more than whole bytes", () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2049 });
  const hash = hashOf("sha2-256");
  const digest = createHash("sha256").update("m").digest();
  const how = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
  const made = signPss(privateKey, hash, digest, "hash");
  assert.ok(verifyWith("sha256", Buffer.from("m"), { key: publicKey, ...how }, made));
  const theirs = signWith("sha256", Buffer.from("m"), { key: privateKey, ...how });
  assert.ok(verifyPss(publicKey, hash, digest, { signature: theirs, salt: "auto" }));
});

test("DER: a pair comes back, and nothing else is one", () => {
  const number = fc.uint8Array({ minLength: 1, maxLength: 66 }).map((array) => Buffer.from(array));
  const bare = (one: Buffer): string => one.toString("hex").replace(/^(00)+(?=..)/, "");
  fc.assert(
    fc.property(number, number, bytes, (r, s, noise) => {
      const written = writePair({ r, s });
      const read = readPair(written);
      assert.ok(read !== null);
      assert.deepEqual([bare(read.r), bare(read.s)], [bare(r), bare(s)]);
      assert.equal(readPair(Buffer.concat([written, Buffer.of(0)])), null);
      assert.equal(readPair(written.subarray(0, -1)), null);
      readPair(noise); // whatever it is, it is no crash
    }),
    runs,
  );
});

test("PEM of bytes is PEM", () => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const written = jsonPem("EC PRIVATE KEY", privateKey.export({ type: "sec1", format: "der" }));
  const text = JSON.parse(written.bytes.toString()) as string;
  assert.equal(`${text}\n`, privateKey.export({ type: "sec1", format: "pem" }));
});
