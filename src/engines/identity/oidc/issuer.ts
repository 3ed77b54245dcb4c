/** `oidc/config` and the two public documents: discovery and the public keys. */
import { BulkheadError } from "../../../core/errors.ts";
import type { ReplyValue } from "../../../core/json-bytes.ts";
import type { StorageReader } from "../../../kernel/barrier/index.ts";
import type { Call, PathDeclaration, Reply } from "../../../kernel/plugin.ts";
import { decodeRow, encodeRow } from "../../../kernel/row-cache.ts";
import { invalid, text } from "../input.ts";
import type { Parts } from "../parts.ts";
import { ALGORITHMS } from "./algorithms.ts";
import { type PublishedKey, allKeys, published } from "./keys.ts";

const CONFIG = "oidc/config";
const PATH = "/v1/identity/oidc";
const MOST_KEPT = 300_000;

async function configured(from: StorageReader): Promise<string> {
  const bytes = await from.get(CONFIG);
  return bytes === null ? "" : decodeRow<{ issuer: string }>(bytes).issuer;
}

/** As it stands in tokens. Throws `identity.no-issuer`: an issuer that verifiers cannot reach would be no use to them. */
export async function issuerOf(from: StorageReader): Promise<string> {
  const base = await configured(from);
  if (base === "") throw new BulkheadError("identity.no-issuer");
  return base + PATH;
}

async function configure(call: Call): Promise<Reply | undefined> {
  const issuer = call.fields.string("issuer");
  if (issuer === undefined) return undefined;
  if (issuer !== "" && !isBase(issuer))
    throw invalid(
      "invalid issuer, which must include only a scheme, host, and optional port (e.g. https://example.com:8200)",
    );
  await call.storage.put(CONFIG, encodeRow({ issuer }));
  if (issuer === "") return undefined;
  return {
    data: null,
    warnings: ["Tokens that were issued under another issuer are refused by whoever checks for this one."],
  };
}

function isBase(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.hostname !== "" && text === `${url.protocol}//${url.host}`;
}

function jwk({ kid, algorithm, jwk: key }: PublishedKey): ReplyValue {
  const { kty, crv, x, y, n, e } = key;
  return { use: "sig", kty, kid, alg: algorithm, crv, x, y, n, e };
}

async function keys({ clock }: Parts, { storage }: Call): Promise<Reply> {
  const now = clock.now();
  const all = await allKeys(storage);
  // a new pair must be known before it signs, whoever kept this answer
  const publicFor = Math.min(MOST_KEPT, ...all.map(({ rotationPeriod }) => rotationPeriod / 2));
  return { publicFor, bare: { keys: all.flatMap((key) => published(key, now)).map(jwk) } };
}

async function discovery({ storage }: Call): Promise<Reply> {
  const issuer = await issuerOf(storage);
  return {
    publicFor: MOST_KEPT,
    bare: {
      issuer,
      jwks_uri: `${issuer}/.well-known/keys`,
      response_types_supported: ["id_token"],
      subject_types_supported: ["public"],
      id_token_signing_alg_values_supported: Object.keys(ALGORITHMS),
    },
  };
}

export const issuerPaths = (parts: Parts): PathDeclaration[] => [
  {
    pattern: "oidc/config",
    summary: "Under which address others know the issuer",
    fields: { issuer: text("Scheme, host and port, as verifiers reach this server") },
    operations: {
      read: async ({ storage }) => ({ data: { issuer: await configured(storage) } }),
      update: configure,
    },
  },
  {
    pattern: "oidc/.well-known/keys",
    summary: "The issuer's public keys",
    unauthenticated: true,
    operations: { read: (call) => keys(parts, call) },
  },
  {
    pattern: "oidc/.well-known/openid-configuration",
    summary: "Where verifiers find what they need",
    unauthenticated: true,
    operations: { read: discovery },
  },
];
