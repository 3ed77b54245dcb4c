/** `oidc/role/…`: what tokens say, for whom, and which key signs them. */
import { randomBase62 } from "../../../core/ids.ts";
import type { StorageReader } from "../../../kernel/barrier/index.ts";
import type { Call, PathDeclaration, Reply } from "../../../kernel/plugin.ts";
import { decodeRow, encodeRow } from "../../../kernel/row-cache.ts";
import { type Declarations, invalid, named, text } from "../input.ts";
import type { Parts } from "../parts.ts";
import { compileClaims, compileSubject } from "./claims.ts";
import { DEFAULT_KEY, defaultKey, readKey } from "./keys.ts";

export interface OidcRole {
  readonly name: string;
  readonly key: string;
  /** Milliseconds. */
  readonly ttl: number;
  /** JSON with directives; empty: no claims of its own. */
  readonly template: string;
  /** The audience. */
  readonly clientId: string;
  /** Template of the subject; empty: the entity's id. */
  readonly subject: string;
}

const DAY = 86_400_000;
const ROLES = "oidc/role/";
const MOST_CLIENT_ID = 256;

const fields: Declarations = {
  key: text("The key that signs"),
  ttl: { type: "duration", description: "Life of the tokens; default 24h", plain: true },
  template: text("Further claims: JSON, as it is or in base64, with {{…}} in the place of values"),
  client_id: text("The tokens' audience; made up where absent"),
  subject: text("Bulkhead's own: the tokens' subject as text with {{…}}; default the entity's id"),
};

export async function readRole(from: StorageReader, name: string): Promise<OidcRole | null> {
  const bytes = await from.get(ROLES + name);
  return bytes === null ? null : decodeRow<OidcRole>(bytes);
}

export async function allRoles(from: StorageReader): Promise<OidcRole[]> {
  const roles: OidcRole[] = [];
  for (const name of await from.list(ROLES)) {
    const role = await readRole(from, name);
    if (role !== null) roles.push(role);
  }
  return roles;
}

/** Base64 of JSON, or JSON as it is. */
function decoded(template: string): string {
  if (!/^[A-Za-z0-9+/]+={0,2}\s*$/.test(template)) return template;
  const bytes = Buffer.from(template, "base64");
  const again = bytes.toString("base64").replace(/=+$/, "");
  return again === template.trim().replace(/=+$/, "") ? bytes.toString("utf8") : template;
}

async function save({ clock }: Parts, call: Call): Promise<undefined> {
  const name = named(call);
  const given = call.fields;
  // made now if this is the first role that uses it: not in the transaction, which may run several times
  if (given.string("key") === DEFAULT_KEY) await defaultKey(call.storage, clock.now());
  await call.storage.transaction(async (tx) => {
    const before = await readRole(tx, name);
    const clientId = given.string("client_id") || before?.clientId || randomBase62(26);
    const role: OidcRole = {
      name,
      key: given.string("key") ?? before?.key ?? "",
      ttl: given.duration("ttl") ?? before?.ttl ?? DAY,
      template: decoded(given.string("template") ?? before?.template ?? ""),
      clientId,
      subject: given.string("subject") ?? before?.subject ?? "",
    };
    if (role.key === "") throw invalid("the key parameter is required");
    if (clientId.length > MOST_CLIENT_ID || /[\0-\x1f\x7f]/.test(clientId))
      throw invalid(`client_id has at most ${MOST_CLIENT_ID} characters and no control characters`);
    compileClaims(role.template);
    if (role.subject !== "") compileSubject(role.subject);
    const key = await readKey(tx, role.key);
    if (key === null) throw invalid(`cannot find key ${JSON.stringify(role.key)}`);
    if (role.ttl > key.verificationTtl)
      throw invalid("a role's token ttl cannot be longer than the verification_ttl of the key it references");
    tx.put(ROLES + name, encodeRow(role));
  });
}

async function read(call: Call): Promise<Reply | null> {
  const role = await readRole(call.storage, named(call));
  if (role === null) return null;
  const { key, template, clientId, ttl, subject } = role;
  return {
    data: {
      client_id: clientId,
      key,
      ...(subject === "" ? {} : { subject }),
      template,
      ttl: Math.floor(ttl / 1_000),
    },
  };
}

export const rolePaths = (parts: Parts): PathDeclaration[] => [
  {
    pattern: "oidc/role",
    summary: "List the issuer's roles",
    operations: { list: async ({ storage }) => ({ data: { keys: await storage.list(ROLES) } }) },
  },
  {
    pattern: "oidc/role/{name}",
    summary: "A role of the issuer",
    fields,
    operations: {
      read,
      update: (call) => save(parts, call),
      delete: async (call) => {
        await call.storage.delete(ROLES + named(call));
        return undefined;
      },
    },
  },
];
