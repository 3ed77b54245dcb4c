/** `oidc/token/…` signs what a role says of the caller, `oidc/introspect` tells whether such a token holds. */
import { createPublicKey } from "node:crypto";
import type { StorageReader } from "../../../kernel/barrier/index.ts";
import { PERSON_CLAIM } from "../../../kernel/identity/person.ts";
import type { IdentityView } from "../../../kernel/identity/types.ts";
import type { Call, Caller, PathDeclaration, Reply } from "../../../kernel/plugin.ts";
import { BulkheadError } from "../../../core/errors.ts";
import { invalid, named, text } from "../input.ts";
import type { Parts } from "../parts.ts";
import { isSignature, signBytes } from "./algorithms.ts";
import { compileClaims, compileSubject } from "./claims.ts";
import { issuerOf } from "./issuer.ts";
import { type NamedKey, PrivateKeys, allKeys, published, readKey } from "./keys.ts";
import { type OidcRole, readRole } from "./roles.ts";
import { type SlotValues, vouchedMetadata } from "./slots.ts";

const MOST_TOKEN = 64 * 1024;
const coded = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

async function issue({ clock, services }: Parts, keys: PrivateKeys, call: Call): Promise<Reply> {
  const name = named(call);
  const { caller, storage } = call;
  if (caller === null) throw new BulkheadError("auth.missing-token");
  const role = await readRole(storage, name);
  if (role === null) throw invalid(`role ${JSON.stringify(name)} not found`);
  const key = await readKey(storage, role.key);
  if (key === null) throw invalid(`key ${JSON.stringify(role.key)} not found`);
  if (!key.allowedClientIds.some((one) => one === "*" || one === role.clientId))
    throw invalid(
      `the key ${JSON.stringify(key.name)} does not list the client ID of the role ${JSON.stringify(name)} as an allowed client ID`,
    );
  const now = Math.floor(clock.now() / 1_000);
  const ttl = Math.floor(Math.min(role.ttl, key.verificationTtl) / 1_000);
  const view = await services.identity.view(caller.entityId);
  const values: SlotValues = { view, tokenMetadata: vouchedMetadata(caller), now };
  const facts = {
    iss: await issuerOf(storage),
    sub: subjectOf(role, values),
    aud: role.clientId,
    iat: now,
  };
  const person = services.identity.personClaim(caller, facts);
  const payload = {
    ...compileClaims(role.template)(values),
    // last: whatever a template says, these are ours
    ...(person !== null && { [PERSON_CLAIM]: person }),
    ...facts,
    exp: now + Math.min(ttl, lifeOf(caller, clock.now())),
    namespace: "root",
  };
  const token = await signed(storage, keys, key, payload);
  return { data: { client_id: role.clientId, token, ttl: payload.exp - now } };
}

/** Seconds the caller's own token has left: what it can prove of itself ends with it. */
function lifeOf({ expireTime }: Caller, now: number): number {
  return expireTime === null ? Number.POSITIVE_INFINITY : Math.max(0, Math.floor((expireTime - now) / 1_000));
}

function subjectOf(role: OidcRole, values: SlotValues): string {
  if (role.subject === "") {
    if (values.view === null) throw invalid("no entity associated with the request's token");
    return values.view.id;
  }
  const subject = compileSubject(role.subject)(values);
  if (subject === null) throw new BulkheadError("identity.no-subject", { role: role.name });
  return subject;
}

async function signed(
  storage: StorageReader,
  keys: PrivateKeys,
  key: NamedKey,
  payload: object,
): Promise<string> {
  const { kid, algorithm } = key.signing;
  const privateKey = await keys.get(storage, kid);
  if (privateKey === null) {
    const now = await readKey(storage, key.name);
    if (now === null || now.signing.kid === kid)
      throw new BulkheadError("identity.lost-key", { key: key.name });
    return await signed(storage, keys, now, payload);
  }
  const input = `${coded({ alg: algorithm, kid, typ: "JWT" })}.${coded(payload)}`;
  const signature = await signBytes(algorithm, privateKey, Buffer.from(input));
  return `${input}.${signature.toString("base64url")}`;
}

async function introspect(parts: Parts, call: Call): Promise<Reply> {
  const problem = await problemOf(parts, call);
  return {
    bare: problem === null ? { active: true } : { active: false, ...(problem !== "" && { error: problem }) },
  };
}

/** null: it holds. Empty: it does not, and why is nobody's business. */
async function problemOf({ clock, services }: Parts, call: Call): Promise<string | null> {
  const parts = (call.fields.secret("token")?.revealText() ?? "").slice(0, MOST_TOKEN).split(".");
  const [head = "", body = "", signature = ""] = parts;
  if (parts.length !== 3) return "error parsing token: compact JWS format must have three parts";
  const header = objectOf(head);
  const claims = objectOf(body);
  if (header === null || claims === null) return "error parsing token: not base64url of JSON";
  const now = clock.now();
  const known = (await allKeys(call.storage)).flatMap((key) => published(key, now));
  const key = known.find(({ kid }) => kid === header.kid);
  // the algorithm is the key's: what the token says of it must agree, and decides nothing
  const verified =
    key !== undefined &&
    key.algorithm === header.alg &&
    isSignature(key.algorithm, createPublicKey({ key: key.jwk, format: "jwk" }), {
      data: Buffer.from(`${head}.${body}`),
      signature: Buffer.from(signature, "base64url"),
    });
  if (!verified) return "unable to validate the token signature";
  const client = call.fields.string("client_id") ?? "";
  if (claims.iss !== (await issuerOf(call.storage)))
    return "error validating claims: invalid issuer claim (iss)";
  if (client !== "" && claims.aud !== client) return "error validating claims: invalid audience claim (aud)";
  if (typeof claims.exp !== "number" || claims.exp * 1_000 <= now)
    return "error validating claims: token is expired (exp)";
  return await holderProblem(services.identity.view(String(claims.sub)), String(claims.sub));
}

async function holderProblem(asked: Promise<IdentityView | null>, subject: string): Promise<string | null> {
  if (!/^[0-9a-f-]{36}$/.test(subject)) return null; // a role's own subject names no entity
  const view = await asked;
  if (view === null) return "entity was not found";
  return view.disabled ? "" : null;
}

function objectOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    return value !== null && typeof value === "object" ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

export function tokenPaths(parts: Parts): PathDeclaration[] {
  const keys = new PrivateKeys();
  return [
    {
      pattern: "oidc/token/{name}",
      summary: "A signed token that says who the caller is",
      operations: { read: (call) => issue(parts, keys, call) },
    },
    {
      pattern: "oidc/introspect",
      summary: "Whether a signed token holds",
      fields: {
        token: { type: "secret", description: "The signed token" },
        client_id: text("The audience it must have"),
      },
      operations: { update: (call) => introspect(parts, call) },
    },
  ];
}
