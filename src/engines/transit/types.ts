/** The key types: what each can do, and how its material is made. A row each; nothing else branches on a type's name. */
import { type KeyObject, createPublicKey, generateKeyPair, randomBytes } from "node:crypto";
import { promisify } from "node:util";

export type Family = "aead" | "ed25519" | "ecdsa" | "rsa" | "hmac";

export interface KeyType {
  readonly family: Family;
  /** `keys/NAME` calls its versions so. */
  readonly label: string;
  /** For AEADs: the cipher's name in node:crypto and its key's size in bytes. */
  readonly cipher?: "aes-128-gcm" | "aes-256-gcm" | "chacha20-poly1305";
  readonly keyBytes?: number;
  readonly encrypts: boolean;
  readonly signs: boolean;
  readonly derives: boolean;
  /** For elliptic curves: bytes of a coordinate. */
  readonly coordinate?: number;
  /** Secret bytes (AEAD, HMAC; `size` for HMAC) or a private key in PKCS #8. The caller zeroes them. */
  generate(size: number): Promise<Buffer>;
}

const pair = promisify(generateKeyPair);

const pkcs8 = (key: KeyObject): Buffer => key.export({ type: "pkcs8", format: "der" });

function aead(cipher: NonNullable<KeyType["cipher"]>, keyBytes: number): KeyType {
  return {
    family: "aead",
    label: "",
    cipher,
    keyBytes,
    encrypts: true,
    signs: false,
    derives: true,
    generate: () => Promise.resolve(randomBytes(keyBytes)),
  };
}

function ecdsa(label: string, namedCurve: string, coordinate: number): KeyType {
  return {
    family: "ecdsa",
    label,
    encrypts: false,
    signs: true,
    derives: false,
    coordinate,
    generate: async () => pkcs8((await pair("ec", { namedCurve })).privateKey),
  };
}

function rsa(modulusLength: number): KeyType {
  return {
    family: "rsa",
    label: `rsa-${modulusLength}`,
    encrypts: true,
    signs: true,
    derives: false,
    generate: async () => pkcs8((await pair("rsa", { modulusLength })).privateKey),
  };
}

const KEY_TYPES = {
  "aes128-gcm96": aead("aes-128-gcm", 16),
  "aes256-gcm96": aead("aes-256-gcm", 32),
  "chacha20-poly1305": aead("chacha20-poly1305", 32),
  ed25519: {
    family: "ed25519",
    label: "ed25519",
    encrypts: false,
    signs: true,
    derives: true,
    generate: async () => pkcs8((await pair("ed25519")).privateKey),
  },
  "ecdsa-p256": ecdsa("P-256", "prime256v1", 32),
  "ecdsa-p384": ecdsa("P-384", "secp384r1", 48),
  "ecdsa-p521": ecdsa("P-521", "secp521r1", 66),
  "rsa-2048": rsa(2048),
  "rsa-3072": rsa(3072),
  "rsa-4096": rsa(4096),
  hmac: {
    family: "hmac",
    label: "",
    encrypts: false,
    signs: false,
    derives: false,
    generate: (size) => Promise.resolve(randomBytes(size)),
  },
} as const satisfies Record<string, KeyType>;

export type KeyTypeName = keyof typeof KEY_TYPES;

export const isKeyType = (name: string): name is KeyTypeName => Object.hasOwn(KEY_TYPES, name);
export const keyTypeOf = (name: KeyTypeName): KeyType => KEY_TYPES[name];
export const isAsymmetric = ({ family }: KeyType): boolean => family !== "aead" && family !== "hmac";

/** As `keys/NAME` shows it: raw base64 for Ed25519, PEM with a line end for the others. */
export function publicText(type: KeyType, key: KeyObject): string {
  const publicKey = key.type === "public" ? key : createPublicKey(key);
  if (type.family !== "ed25519") return publicKey.export({ type: "spki", format: "pem" }).toString();
  return publicKey.export({ type: "spki", format: "der" }).subarray(-32).toString("base64");
}

/** RFC 8410: the same 16 bytes stand before every Ed25519 seed. */
const ED25519_PKCS8 = Buffer.from("302e020100300506032b657004220420", "hex");
export const ed25519Pkcs8 = (seed: Buffer): Buffer => Buffer.concat([ED25519_PKCS8, seed]);
