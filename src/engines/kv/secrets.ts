/** One secret's versions: what is stored, and the changes that keep value, metadata and value index together. */
import { type Clock, rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import type { ValueIndex } from "../../kernel/services.ts";

export interface KvContext {
  /** With trailing slash. */
  readonly mount: string;
  readonly clock: Clock;
  readonly values: ValueIndex;
}

/** Times in milliseconds since the epoch. */
export interface Version {
  readonly created: number;
  /** 0: never; in the future: when it will count as deleted. */
  readonly deleted: number;
  readonly destroyed: boolean;
}

/** Refused since then, and destroyed later. */
export interface Retired {
  readonly since: number;
  /** null: it was destroyed. */
  readonly until: number | null;
  readonly by: string;
  readonly reason: string;
}

export interface Metadata {
  readonly created: number;
  readonly updated: number;
  /** 0: no version yet. */
  readonly current: number;
  /** 0 until something was trimmed. */
  readonly oldest: number;
  /** 0: the mount's. */
  readonly maxVersions: number;
  readonly casRequired: boolean;
  /** Milliseconds; 0: the mount's. */
  readonly deleteAfter: number;
  readonly custom: Readonly<Record<string, string>> | null;
  readonly versions: Readonly<Record<string, Version>>;
  readonly retired?: Retired;
}

export interface Config {
  /** 0: the default of 10. */
  readonly maxVersions: number;
  readonly casRequired: boolean;
  /** Milliseconds; 0: never. */
  readonly deleteAfter: number;
}

const DEFAULT_VERSIONS = 10;
export const METADATA = "metadata/";
const CONFIG = "config";

const metadataKey = (path: string): string => METADATA + path;
/** The last segment is always the version, so that `a` and `a/1` never share a key. */
const valueKey = (path: string, version: number): string => `value/${path}/${version}`;

const decode = <T>(bytes: Buffer): T => JSON.parse(bytes.toString("utf8")) as T;
const encode = (value: object): Buffer => Buffer.from(JSON.stringify(value));

export async function loadMetadata(storage: StorageReader, path: string): Promise<Metadata | null> {
  const bytes = await storage.get(metadataKey(path));
  return bytes === null ? null : decode<Metadata>(bytes);
}

export function saveMetadata(tx: StorageTransaction, path: string, metadata: Metadata): void {
  tx.put(metadataKey(path), encode(metadata));
}

/** The stored JSON, in a buffer the caller owns; null when there is none. */
export function loadValue(storage: StorageReader, path: string, version: number): Promise<Buffer | null> {
  return storage.get(valueKey(path, version));
}

export async function loadConfig(storage: StorageReader): Promise<Config> {
  const bytes = await storage.get(CONFIG);
  return bytes === null ? { maxVersions: 0, casRequired: false, deleteAfter: 0 } : decode<Config>(bytes);
}

export function saveConfig(tx: StorageTransaction, config: Config): void {
  tx.put(CONFIG, encode(config));
}

export function newMetadata(now: number): Metadata {
  return {
    created: now,
    updated: now,
    current: 0,
    oldest: 0,
    maxVersions: 0,
    casRequired: false,
    deleteAfter: 0,
    custom: null,
    versions: {},
  };
}

export function isLive(version: Version, now: number): boolean {
  return !version.destroyed && (version.deleted === 0 || version.deleted > now);
}

/** When a version that begins to count at `now` ends by itself; 0: never. The shorter of the mount's and the secret's. */
export function deletionTime(metadata: Metadata, config: Config, now: number): number {
  const spans = [metadata.deleteAfter, config.deleteAfter].filter((span) => span > 0);
  return spans.length === 0 ? 0 : now + Math.min(...spans);
}

const time = (ms: number): string => (ms === 0 ? "" : rfc3339(ms));

const describeVersion = ({ created, deleted, destroyed }: Version) => ({
  created_time: rfc3339(created),
  deletion_time: time(deleted),
  destroyed,
});

/** The `metadata` object of an answer about one version. */
export function describe(metadata: Metadata, number: number, version: Version): Record<string, ReplyValue> {
  return { ...describeVersion(version), custom_metadata: metadata.custom, version: number };
}

/** The `versions` object of an answer about a secret. */
export function describeVersions(metadata: Metadata): Record<string, ReplyValue> {
  return Object.fromEntries(
    Object.entries(metadata.versions).map(([number, version]) => [number, describeVersion(version)]),
  );
}

/** Throws unless a write that says `cas` may follow the current version. */
export function checkCas(metadata: Metadata | null, config: Config, cas: number | undefined): void {
  if (cas === undefined) {
    if (config.casRequired || metadata?.casRequired === true) throw new BulkheadError("kv.cas-required");
  } else if (cas !== (metadata?.current ?? 0)) throw new BulkheadError("kv.cas-mismatch");
}

export interface NewVersion {
  readonly path: string;
  /** JSON; encrypted before this returns, the caller wipes it. */
  readonly value: Buffer;
  readonly fields: ReadonlyMap<string, Buffer>;
  readonly metadata: Metadata | null;
  readonly config: Config;
}

/** Adds a version, trims what is too old, and records the values; gives the new metadata. */
export async function addVersion(
  kv: KvContext,
  tx: StorageTransaction,
  added: NewVersion,
): Promise<Metadata> {
  const now = kv.clock.now();
  const before = added.metadata ?? newMetadata(now);
  const current = before.current + 1;
  const version: Version = {
    created: now,
    deleted: deletionTime(before, added.config, now),
    destroyed: false,
  };
  const grown = { ...before, updated: now, current, versions: { ...before.versions, [current]: version } };
  const metadata = await trim(kv, tx, added.path, grown, added.config);
  tx.put(valueKey(added.path, current), added.value);
  saveMetadata(tx, added.path, metadata);
  await kv.values.record(tx, { mount: kv.mount, path: added.path, version: current }, added.fields);
  return metadata;
}

async function trim(
  kv: KvContext,
  tx: StorageTransaction,
  path: string,
  metadata: Metadata,
  config: Config,
): Promise<Metadata> {
  const kept = metadata.maxVersions || config.maxVersions || DEFAULT_VERSIONS;
  const oldest = metadata.current - kept + 1;
  if (oldest <= 1) return metadata;
  const versions: Record<string, Version> = {};
  for (const [number, version] of Object.entries(metadata.versions)) {
    if (Number(number) >= oldest) versions[number] = version;
    else if (!version.destroyed) await eraseValue(kv, tx, path, Number(number));
  }
  return { ...metadata, versions, oldest: Math.max(metadata.oldest, oldest) };
}

/** Removes a version's value for good; its metadata is the caller's. */
export async function eraseValue(
  kv: KvContext,
  tx: StorageTransaction,
  path: string,
  version: number,
): Promise<void> {
  tx.delete(valueKey(path, version));
  await kv.values.forget(tx, { mount: kv.mount, path, version });
}

/** Removes a secret with all its versions. */
export async function eraseSecret(
  kv: KvContext,
  tx: StorageTransaction,
  path: string,
  metadata: Metadata,
): Promise<void> {
  for (const [number, version] of Object.entries(metadata.versions))
    if (!version.destroyed) await eraseValue(kv, tx, path, Number(number));
  tx.delete(metadataKey(path));
}
