/** What a mount keeps: entries by name, revocation lists by name, and settings. What is parsed of them is kept as long as the row's version stands. */
import type { Storage, StorageReader } from "../../kernel/barrier/index.ts";
import { type Certificate, readCertificate } from "../../x509/certificate.ts";
import { type Crl, readCrl } from "../../x509/crl.ts";
import { readPem } from "../../x509/pem.ts";
import type { TokenParameters } from "../token-parameters.ts";

/** Members are named as Vault's fields. */
export interface Entry extends TokenParameters {
  /** PEM, one or more. */
  readonly certificate: string;
  readonly allowed_names: readonly string[] | null;
  readonly allowed_common_names: readonly string[] | null;
  readonly allowed_dns_sans: readonly string[] | null;
  readonly allowed_email_sans: readonly string[] | null;
  readonly allowed_uri_sans: readonly string[] | null;
  readonly allowed_organizational_units: readonly string[] | null;
  readonly required_extensions: readonly string[] | null;
  readonly allowed_metadata_extensions: readonly string[] | null;
  readonly display_name: string;
}

export interface Config {
  readonly disable_binding: boolean;
  readonly enable_identity_alias_metadata: boolean;
}

export const ENTRY = "cert/";
export const CRL = "crl/";
const CONFIG = "config";

export async function loadEntry(storage: StorageReader, name: string): Promise<Entry | null> {
  const bytes = await storage.get(ENTRY + name);
  return bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as Entry);
}

export async function loadConfig(storage: StorageReader): Promise<Config> {
  const bytes = await storage.get(CONFIG);
  return bytes === null
    ? { disable_binding: false, enable_identity_alias_metadata: false }
    : (JSON.parse(bytes.toString("utf8")) as Config);
}

export async function saveConfig(storage: Storage, config: Config): Promise<void> {
  await storage.put(CONFIG, Buffer.from(JSON.stringify(config)));
}

export const certificatesOf = (pem: string): Certificate[] =>
  readPem(pem)
    .filter(({ label }) => label === "CERTIFICATE")
    .map(({ der }) => readCertificate(der));

export interface Trust {
  readonly name: string;
  readonly entry: Entry;
  readonly certificates: readonly Certificate[];
}

const MOST_KEPT = 10_000;

class Kept<T> {
  readonly #prefix: string;
  readonly #parse: (name: string, bytes: Buffer) => T;
  readonly #known = new Map<string, { readonly version: number; readonly value: T }>();

  constructor(prefix: string, parse: (name: string, bytes: Buffer) => T) {
    this.#prefix = prefix;
    this.#parse = parse;
  }

  async get(storage: Storage, name: string): Promise<T | null> {
    const row = await storage.getEntry(this.#prefix + name);
    if (row === null) return null;
    const known = this.#known.get(name);
    if (known?.version === row.version) return known.value;
    if (this.#known.size >= MOST_KEPT) this.#known.clear();
    const value = this.#parse(name, row.value);
    this.#known.set(name, { version: row.version, value });
    return value;
  }

  async all(storage: Storage): Promise<T[]> {
    const found: T[] = [];
    for (const name of await storage.list(this.#prefix)) {
      const one = await this.get(storage, name);
      if (one !== null) found.push(one);
    }
    return found;
  }
}

/** One mount's, in one process. */
export class Store {
  readonly entries = new Kept<Trust>(ENTRY, (name, bytes) => {
    const entry = JSON.parse(bytes.toString("utf8")) as Entry;
    return { name, entry, certificates: certificatesOf(entry.certificate) };
  });
  readonly crls = new Kept<Crl>(CRL, (_, bytes) => readCrl(bytes));
}
