/**
 * ECDSA (FIPS 186-5, 6.4) over a digest that the caller made (`prehashed`): node:crypto hashes by itself and offers no other way.
 * The nonce and its point are OpenSSL's (a fresh key pair); here is only the arithmetic modulo the group's order, on values
 * blinded by a random factor, so that its timing says nothing about the key. Numbers in JavaScript cannot be erased: until they
 * are collected the private number stays in this process's memory, which holds the key anyway.
 */
import { type KeyObject, createECDH, randomBytes } from "node:crypto";
import type { Pair } from "./der.ts";

interface Curve {
  readonly node: string;
  readonly bytes: number;
  readonly p: bigint;
  readonly n: bigint;
  /** Bits of n. */
  readonly bits: number;
}

/** By `asymmetricKeyDetails.namedCurve`; SP 800-186, 3.2.1. All have a = -3. */
const CURVES: Readonly<Record<string, Curve>> = {
  prime256v1: {
    node: "prime256v1",
    bytes: 32,
    bits: 256,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  },
  secp384r1: {
    node: "secp384r1",
    bytes: 48,
    bits: 384,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  },
  secp521r1: {
    node: "secp521r1",
    bytes: 66,
    bits: 521,
    p: 2n ** 521n - 1n,
    n: (2n ** 261n - 1n) * 2n ** 260n + 0xa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
  },
};

function curveOf(key: KeyObject): Curve {
  const curve = CURVES[key.asymmetricKeyDetails?.namedCurve ?? ""];
  if (curve === undefined) throw new TypeError("not a key of a NIST curve");
  return curve;
}

function numberOf(bytes: Uint8Array): bigint {
  let number = 0n;
  for (const byte of bytes) number = (number << 8n) | BigInt(byte);
  return number;
}

function bytesOf(number: bigint, length: number): Buffer {
  const out = Buffer.alloc(length);
  for (let i = length - 1, rest = number; i >= 0; i--, rest >>= 8n) out[i] = Number(rest & 0xffn);
  return out;
}

const modulo = (number: bigint, m: bigint): bigint => ((number % m) + m) % m;

/** Extended Euclid; `m` is prime and `number` no multiple of it. */
function inverse(number: bigint, m: bigint): bigint {
  let [a, b, x, y] = [modulo(number, m), m, 1n, 0n];
  while (a > 1n) {
    const q = a / b;
    [a, b] = [b, a - q * b];
    [x, y] = [y, x - q * y];
  }
  return modulo(x, m);
}

/** As many leading bits as the order has. */
function digestNumber(digest: Buffer, { bits }: Curve): bigint {
  const surplus = digest.length * 8 - bits;
  return surplus > 0 ? numberOf(digest) >> BigInt(surplus) : numberOf(digest);
}

export function signDigest(key: KeyObject, digest: Buffer): Pair {
  const curve = curveOf(key);
  const { n, bytes } = curve;
  const z = digestNumber(digest, curve);
  const sec1 = key.export({ type: "sec1", format: "der" });
  // SEQUENCE { INTEGER 1, OCTET STRING key, … }: the octets follow their tag and length
  const at = sec1.indexOf(Buffer.of(0x02, 0x01, 0x01, 0x04)) + 4;
  const d = numberOf(sec1.subarray(at + 1, at + 1 + (sec1[at] ?? 0)));
  sec1.fill(0);
  for (;;) {
    const nonce = createECDH(curve.node);
    const r = numberOf(nonce.generateKeys().subarray(1, 1 + bytes)) % n;
    const secret = nonce.getPrivateKey();
    const blind = 1n + (numberOf(randomBytes(bytes + 8)) % (n - 1n));
    const blindedNonce = (numberOf(secret) * blind) % n;
    secret.fill(0);
    const blindedSum = (blind * z + ((blind * d) % n) * r) % n;
    const s = (inverse(blindedNonce, n) * blindedSum) % n;
    if (r !== 0n && s !== 0n) return { r: bytesOf(r, bytes), s: bytesOf(s, bytes) };
  }
}

/** Public numbers only: nothing here needs to take the same time. */
export function verifyDigest(key: KeyObject, digest: Buffer, signature: Pair): boolean {
  const curve = curveOf(key);
  const { n, bytes } = curve;
  // numbers as long as they like would take as long as they like
  if (signature.r.length > bytes + 1 || signature.s.length > bytes + 1) return false;
  const [r, s] = [numberOf(signature.r), numberOf(signature.s)];
  if (r === 0n || s === 0n || r >= n || s >= n) return false;
  const w = inverse(s, n);
  const spki = key.export({ type: "spki", format: "der" });
  const sum = add(
    curve,
    multiply(curve, basePoint(curve), (digestNumber(digest, curve) * w) % n),
    multiply(curve, pointOf(curve, spki.subarray(-2 * bytes)), (r * w) % n),
  );
  if (sum.z === 0n) return false;
  const inverted = inverse(sum.z, curve.p);
  return modulo(sum.x * inverted * inverted, curve.p) % n === r;
}

/** Jacobian; z = 0: the point at infinity. */
interface Point {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

const INFINITY: Point = { x: 1n, y: 1n, z: 0n };

const pointOf = ({ bytes }: Curve, both: Uint8Array): Point => ({
  x: numberOf(both.subarray(0, bytes)),
  y: numberOf(both.subarray(bytes)),
  z: 1n,
});

function basePoint(curve: Curve): Point {
  const one = createECDH(curve.node);
  one.setPrivateKey(bytesOf(1n, curve.bytes));
  return pointOf(curve, one.getPublicKey().subarray(1));
}

function double({ p }: Curve, { x, y, z }: Point): Point {
  if (z === 0n) return INFINITY;
  const [zz, yy] = [modulo(z * z, p), modulo(y * y, p)];
  const beta = modulo(x * yy, p);
  const alpha = modulo(3n * (x - zz) * (x + zz), p);
  const next = modulo(alpha * alpha - 8n * beta, p);
  return {
    x: next,
    y: modulo(alpha * (4n * beta - next) - 8n * yy * yy, p),
    z: modulo(2n * y * z, p),
  };
}

function add(curve: Curve, a: Point, b: Point): Point {
  if (a.z === 0n) return b;
  if (b.z === 0n) return a;
  const { p } = curve;
  const [az, bz] = [modulo(a.z * a.z, p), modulo(b.z * b.z, p)];
  const [u, v] = [modulo(a.x * bz, p), modulo(b.x * az, p)];
  const [s, t] = [modulo(a.y * bz * b.z, p), modulo(b.y * az * a.z, p)];
  if (u === v) return s === t ? double(curve, a) : INFINITY;
  const [h, r] = [modulo(v - u, p), modulo(t - s, p)];
  const hh = modulo(h * h, p);
  const [hhh, w] = [modulo(h * hh, p), modulo(u * hh, p)];
  const x = modulo(r * r - hhh - 2n * w, p);
  return { x, y: modulo(r * (w - x) - s * hhh, p), z: modulo(h * a.z * b.z, p) };
}

function multiply(curve: Curve, point: Point, by: bigint): Point {
  let sum = INFINITY;
  for (const bit of by.toString(2)) {
    sum = double(curve, sum);
    if (bit === "1") sum = add(curve, sum, point);
  }
  return sum;
}
