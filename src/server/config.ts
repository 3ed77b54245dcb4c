/** `bulkhead server --config FILE`: the file read and checked, every problem with its line and column, before anything is opened. */
import { readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseDuration } from "../core/duration.ts";
import { BulkheadError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import { type Cell, Checker } from "../manifest/check.ts";
import { ManifestError, Problems } from "../manifest/problems.ts";
import { MAX_BYTES, parseYaml } from "../manifest/yaml.ts";
import { configShape, LOG_LEVELS } from "./config-shape.ts";
import type { LogLevel } from "./log.ts";

export interface ListenerConfig {
  /** `host:port` */
  readonly address: string;
  readonly tls: {
    readonly certFile: string;
    readonly keyFile: string;
    /** Clients are asked for a certificate, for the `cert` method; none is needed. */
    readonly clientCertificates: boolean;
  } | null;
  readonly allowPlainHttp: boolean;
  readonly maxBody: number;
  /** Milliseconds. */
  readonly requestTimeout: number;
}

export type StorageConfig =
  | { readonly type: "inmem" }
  | { readonly type: "file" | "raft"; readonly folder: string }
  | { readonly type: "postgresql"; readonly address: Secret };

export type SealConfig =
  | { readonly type: "shamir" }
  | {
      readonly type: "transit";
      readonly address: string;
      readonly keyName: string;
      readonly mount: string;
      readonly token: Secret;
      readonly caFile: string | undefined;
    }
  | {
      readonly type: "awskms";
      readonly region: string;
      readonly keyId: string;
      readonly endpoint: string | undefined;
      readonly accessKey: string;
      readonly secretKey: Secret;
      readonly sessionToken: Secret | undefined;
    };

export interface ServerConfig {
  readonly storage: StorageConfig;
  readonly listeners: readonly ListenerConfig[];
  readonly seal: SealConfig;
  /** Of the audit log; null: beside the store. */
  readonly auditFolder: string | null;
  /** Milliseconds. */
  readonly defaultLeaseTtl: number | undefined;
  readonly maxLeaseTtl: number | undefined;
  readonly logLevel: LogLevel;
}

/** A checked map, as plain values. */
type Plain = string | boolean | number | readonly Plain[] | { readonly [name: string]: Plain };
type Map = { readonly [name: string]: Plain };

/** Throws `manifest.invalid` with every problem, `io.failed`, `cli.file-exposed`, `usage.invalid`. */
export function readConfig(path: string, env: NodeJS.ProcessEnv = process.env): ServerConfig {
  const { text, exposed } = readText(path);
  if (path.endsWith(".hcl")) throw problem(path, "HCL is not read: write the same keys as YAML or JSON");
  const config = checked(path, text);
  const secret = (value: Plain | undefined, file: Plain | undefined, what: string): Secret | null => {
    if (file !== undefined) return privateFile(resolve(dirname(path), String(file)));
    if (value === undefined) return null;
    if (exposed) throw new BulkheadError("cli.file-exposed", { path });
    if (String(value) === "") throw problem(path, `${what} is empty`);
    return Secret.copy(String(value));
  };
  const logLevel =
    ({ trace: "debug", err: "error" } as Record<string, string>)[String(config.log_level)] ??
    config.log_level;
  const audit = asMap(config.audit).folder;
  const storage = storageOf(path, config, secret);
  if (storage.type === "postgresql" && audit === undefined)
    throw problem(path, "with postgresql the audit log needs a folder: audit: { folder: … }");
  return {
    storage,
    listeners: listenersOf(path, config.listener),
    seal: sealOf(path, config.seal, secret, env),
    auditFolder: audit === undefined ? null : resolve(String(audit)),
    defaultLeaseTtl: spanOf(config.default_lease_ttl),
    maxLeaseTtl: spanOf(config.max_lease_ttl),
    logLevel: LOG_LEVELS.find((level) => level === logLevel) ?? "info",
  };
}

const problem = (path: string, said: string): BulkheadError =>
  new BulkheadError("config.invalid", { path, problem: said });
const spanOf = (value: Plain | undefined): number | undefined =>
  value === undefined ? undefined : parseDuration(String(value));
const isTrue = (value: Plain | undefined): boolean => value === "true" || value === "1";
const asMap = (value: Plain | undefined): Map =>
  typeof value === "object" && !Array.isArray(value) ? (value as Map) : {};
const asList = (value: Plain | undefined): readonly Plain[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly Plain[]) : [value];

function readText(path: string): { text: string; exposed: boolean } {
  try {
    const { mode, size } = statSync(path);
    if (size > MAX_BYTES) throw problem(path, `it is larger than ${MAX_BYTES} bytes`);
    return { text: readFileSync(path, "utf8"), exposed: (mode & 0o077) !== 0 };
  } catch (cause) {
    if (cause instanceof BulkheadError) throw cause;
    const reason = (cause as NodeJS.ErrnoException).code ?? "unreadable";
    throw new BulkheadError("io.failed", { action: "read", path, reason }, { cause });
  }
}

function privateFile(path: string): Secret {
  const { text, exposed } = readText(path);
  if (exposed) throw new BulkheadError("cli.file-exposed", { path });
  return Secret.copy(text.trim());
}

function checked(path: string, text: string): Map {
  const problems = new Problems();
  const parsed = parseYaml(text, problems);
  const start = { line: 1, column: 1 };
  const names = { whole: "the configuration", page: "docs/deploy.md" };
  const cell =
    parsed === null
      ? null
      : new Checker(problems, parsed.at, names).check(configShape, parsed.root, "", start);
  if (problems.any || cell === null) throw new ManifestError(path, problems.list());
  return asMap(valueOf(cell));
}

function valueOf(cell: Cell): Plain {
  if (cell.kind === "text") return cell.text;
  if (cell.kind === "flag") return cell.flag;
  if (cell.kind === "int") return cell.int;
  if (cell.kind === "list") return cell.items.map(valueOf);
  return Object.fromEntries(
    [...cell.entries].map(([key, entry]) => [key, entry.cell === null ? {} : valueOf(entry.cell)]),
  );
}

type Secrets = (value: Plain | undefined, file: Plain | undefined, what: string) => Secret | null;

/** The one entry of a map or a list of maps. */
function single(path: string, value: Plain | undefined, what: string): { type: string; keys: Map } | null {
  const all = asList(value).flatMap((one) => Object.entries(asMap(one)));
  if (all.length > 1) throw problem(path, `${what} names ${all.length} types: keep one`);
  const [first] = all;
  return first === undefined ? null : { type: first[0], keys: asMap(first[1]) };
}

function storageOf(path: string, config: Map, secret: Secrets): StorageConfig {
  if (config.storage !== undefined && config.backend !== undefined)
    throw problem(path, "storage and backend are two names of one thing: keep storage");
  const found = single(path, config.storage ?? config.backend, "storage");
  if (found === null) throw problem(path, "storage is missing: inmem, file, raft or postgresql");
  const { type, keys } = found;
  if (type === "inmem") return { type };
  if (type !== "postgresql") return { type: type as "file" | "raft", folder: resolve(String(keys.path)) };
  const address = secret(keys.connection_url, keys.connection_url_file, "connection_url");
  if (address === null) throw problem(path, "storage.postgresql needs connection_url_file or connection_url");
  return { type, address };
}

function listenersOf(path: string, value: Plain | undefined): readonly ListenerConfig[] {
  const all = asList(value)
    .flatMap((one) => asList(asMap(one).tcp))
    .map(asMap);
  return (all.length === 0 ? [{ tls_disable: "true" } as Map] : all).map((tcp) => {
    const [certFile, keyFile] = [tcp.tls_cert_file, tcp.tls_key_file];
    const plain = isTrue(tcp.tls_disable);
    if (!plain && (certFile === undefined || keyFile === undefined))
      throw problem(path, "a listener needs tls_cert_file and tls_key_file, or tls_disable");
    return {
      address: String(tcp.address ?? "127.0.0.1:8200"),
      tls: plain
        ? null
        : {
            certFile: resolve(String(certFile)),
            keyFile: resolve(String(keyFile)),
            clientCertificates: !isTrue(tcp.tls_disable_client_certs),
          },
      allowPlainHttp: isTrue(tcp.allow_plain_http),
      maxBody: Number(tcp.max_request_size ?? 32 * 1024 * 1024),
      requestTimeout: spanOf(tcp.max_request_duration) ?? 90_000,
    };
  });
}

function sealOf(path: string, value: Plain | undefined, secret: Secrets, env: NodeJS.ProcessEnv): SealConfig {
  const found = single(path, value, "seal");
  if (found === null || found.type === "shamir") return { type: "shamir" };
  const { keys } = found;
  const optional = (name: string): string | undefined =>
    keys[name] === undefined ? undefined : String(keys[name]);
  if (found.type === "transit") {
    const token = secret(keys.token, keys.token_file, "token");
    if (token === null) throw problem(path, "seal.transit needs token_file or token");
    return {
      type: "transit",
      address: String(keys.address),
      keyName: String(keys.key_name),
      mount: (optional("mount_path") ?? "transit").replace(/^\/+|\/+$/g, ""),
      token,
      caFile: optional("tls_ca_cert"),
    };
  }
  const accessKey = optional("access_key") ?? env.AWS_ACCESS_KEY_ID;
  const given = env.AWS_SECRET_ACCESS_KEY;
  const secretKey = secret(keys.secret_key, undefined, "secret_key") ?? (given ? Secret.copy(given) : null);
  if (!accessKey || secretKey === null)
    throw problem(
      path,
      "seal.awskms needs access_key and secret_key, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    );
  const session = secret(keys.session_token, undefined, "session_token");
  return {
    type: "awskms",
    region: optional("region") ?? env.AWS_REGION ?? "us-east-1",
    keyId: String(keys.kms_key_id),
    endpoint: optional("endpoint"),
    accessKey,
    secretKey,
    sessionToken: session ?? (env.AWS_SESSION_TOKEN ? Secret.copy(env.AWS_SESSION_TOKEN) : undefined),
  };
}
