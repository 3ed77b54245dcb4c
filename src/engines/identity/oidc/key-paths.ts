/** `oidc/key/…`: making, changing, rotating and deleting named keys. The key `default` is there by itself. */
import type { BulkheadError } from "../../../core/errors.ts";
import type { StorageReader } from "../../../kernel/barrier/index.ts";
import type { Call, PathDeclaration, Reply } from "../../../kernel/plugin.ts";
import { type Declarations, givenIds, invalid, named, text } from "../input.ts";
import type { Parts } from "../parts.ts";
import { isAlgorithm } from "./algorithms.ts";
import {
  DEFAULT_KEY,
  DEFAULT_SETTINGS,
  type NamedKey,
  defaultKey,
  dropKey,
  freshKey,
  keyNames,
  pairsFor,
  putNewKey,
  putSettings,
  readKey,
  replacePairs,
  rotated,
} from "./keys.ts";
import { allRoles } from "./roles.ts";

const MINUTE = 60_000;
const MOST_KEYS = 200;
const MOST_CLIENTS = 1_000;

const fields: Declarations = {
  algorithm: text("RS256 (default), RS384, RS512, ES256, ES384, ES512 or EdDSA"),
  rotation_period: { type: "duration", description: "How often it rotates; default 24h", plain: true },
  verification_ttl: {
    type: "duration",
    description: "How long a pair is published after its rotation; default 24h",
    plain: true,
  },
  allowed_client_ids: { type: "strings", description: "Roles that may use it; * for all", plain: true },
};

type Settings = Pick<NamedKey, "algorithm" | "rotationPeriod" | "verificationTtl" | "allowedClientIds">;

function settingsOf({ fields: given }: Call, before: NamedKey | null): Settings {
  const rotationPeriod =
    given.duration("rotation_period") ?? before?.rotationPeriod ?? DEFAULT_SETTINGS.rotationPeriod;
  if (rotationPeriod < MINUTE) throw invalid("rotation_period must be at least one minute");
  const verificationTtl =
    given.duration("verification_ttl") ?? before?.verificationTtl ?? DEFAULT_SETTINGS.verificationTtl;
  if (verificationTtl > 10 * rotationPeriod)
    throw invalid("verification_ttl cannot be longer than 10x rotation_period");
  const algorithm = given.string("algorithm") ?? before?.algorithm ?? DEFAULT_SETTINGS.algorithm;
  if (!isAlgorithm(algorithm)) throw invalid(`unknown signing algorithm ${JSON.stringify(algorithm)}`);
  const allowedClientIds =
    givenIds(given, "allowed_client_ids", MOST_CLIENTS) ?? before?.allowedClientIds ?? [];
  return { algorithm, rotationPeriod, verificationTtl, allowedClientIds };
}

async function save({ clock }: Parts, call: Call): Promise<undefined> {
  const name = named(call);
  const before =
    name === DEFAULT_KEY ? await defaultKey(call.storage, clock.now()) : await readKey(call.storage, name);
  const settings = settingsOf(call, before);
  await refuseShorter(call.storage, name, before, settings.verificationTtl);
  const changed = before === null || before.algorithm !== settings.algorithm;
  // pairs are made before the transaction, which may run several times
  const pairs = changed ? await pairsFor(settings.algorithm) : null;
  await call.storage.transaction(async (tx) => {
    const now = clock.now();
    const current = await readKey(tx, name);
    const key = current === null ? null : { ...current, ...settings };
    if (key === null) {
      if (pairs === null) throw invalid(`no named key found at ${JSON.stringify(name)}`);
      if ((await keyNames(tx)).length >= MOST_KEYS) throw invalid(`at most ${MOST_KEYS} keys`);
      putNewKey(tx, { name, ...settings, nextRotation: now + settings.rotationPeriod }, pairs);
    } else if (pairs !== null && current?.algorithm !== settings.algorithm)
      replacePairs(tx, key, { ...pairs, now });
    else putSettings(tx, { ...key, nextRotation: Math.min(key.nextRotation, now + key.rotationPeriod) });
  });
}

async function refuseShorter(storage: StorageReader, name: string, before: NamedKey | null, ttl: number) {
  if (before === null || ttl >= before.verificationTtl) return;
  const roles = await allRoles(storage);
  if (roles.some((role) => role.key === name && role.ttl > ttl))
    throw invalid(
      `unable to update key ${JSON.stringify(name)} because it is currently referenced by one or more roles ` +
        `with a token ttl greater than ${ttl / 1_000} seconds`,
    );
}

const shown = (key: Settings): Reply => ({
  data: {
    algorithm: key.algorithm,
    allowed_client_ids: key.allowedClientIds,
    rotation_period: Math.floor(key.rotationPeriod / 1_000),
    verification_ttl: Math.floor(key.verificationTtl / 1_000),
  },
});

async function read(call: Call): Promise<Reply | null> {
  const name = named(call);
  const key = await readKey(call.storage, name);
  if (key !== null) return shown(key);
  return name === DEFAULT_KEY ? shown({ ...DEFAULT_SETTINGS, allowedClientIds: ["*"] }) : null;
}

async function remove(call: Call): Promise<undefined> {
  const name = named(call);
  if (name === DEFAULT_KEY) throw invalid('deletion of key "default" not allowed');
  await call.storage.transaction(async (tx) => {
    const users = (await allRoles(tx)).filter(({ key }) => key === name).map((role) => role.name);
    if (users.length > 0)
      throw invalid(
        `unable to delete key ${JSON.stringify(name)} because it is currently referenced by these roles: ${users.join(", ")}`,
      );
    const key = await readKey(tx, name);
    if (key !== null) dropKey(tx, key);
  });
}

async function rotate({ clock }: Parts, call: Call): Promise<undefined> {
  const name = named(call);
  const seen =
    name === DEFAULT_KEY ? await defaultKey(call.storage, clock.now()) : await readKey(call.storage, name);
  const missing = (): BulkheadError => invalid(`no named key found at ${JSON.stringify(name)}`);
  if (seen === null) throw missing();
  const fresh = await freshKey(seen.algorithm);
  await call.storage.transaction(async (tx) => {
    const key = await readKey(tx, name);
    if (key === null) throw missing();
    const keepFor = call.fields.duration("verification_ttl") ?? key.verificationTtl;
    rotated(tx, key, { fresh, now: clock.now(), keepFor });
  });
}

export const keyPaths = (parts: Parts): PathDeclaration[] => [
  {
    pattern: "oidc/key",
    summary: "List the issuer's keys",
    operations: {
      list: async ({ storage }) => ({
        data: { keys: [...new Set([DEFAULT_KEY, ...(await keyNames(storage))])].sort() },
      }),
    },
  },
  {
    pattern: "oidc/key/{name}/rotate",
    summary: "Let the next pair sign from now on",
    fields: {
      verification_ttl: {
        type: "duration",
        description: "How long the old pair is published; default: the key's",
        plain: true,
      },
    },
    operations: { update: (call) => rotate(parts, call) },
  },
  {
    pattern: "oidc/key/{name}",
    summary: "A key of the issuer",
    fields,
    operations: { read, update: (call) => save(parts, call), delete: remove },
  },
];
