/**
 * What a mount signs with: issuers (certificates of CAs), keys, and which of each is the default, in one row that every change
 * rewrites; a private key's bytes stand in a row of their own and leave it only as an answer to `exported`. Parsed certificates
 * and key objects are kept as long as the row's version stands.
 */
import { type KeyObject, createPrivateKey } from "node:crypto";
import { createHash } from "node:crypto";
import { BulkheadError } from "../../core/errors.ts";
import { uuid } from "../../core/ids.ts";
import type { Storage, StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import type { Call } from "../../kernel/plugin.ts";
import { type Certificate, isIssuedBy, readCertificate } from "../../x509/certificate.ts";
import { type KeyType, type Signing, algorithmNamed, keyFacts, spkiOf } from "../../x509/keys.ts";
import { certificatePem } from "../../x509/pem.ts";

export const USAGES = ["crl-signing", "issuing-certificates", "ocsp-signing", "read-only"] as const;

export interface MountUrls {
  readonly issuing_certificates: readonly string[];
  readonly crl_distribution_points: readonly string[];
  readonly delta_crl_distribution_points: readonly string[];
  readonly ocsp_servers: readonly string[];
  readonly enable_templating: boolean;
}

export const NO_URLS: MountUrls = {
  issuing_certificates: [],
  crl_distribution_points: [],
  delta_crl_distribution_points: [],
  ocsp_servers: [],
  enable_templating: false,
};

export interface IssuerRow {
  readonly id: string;
  readonly name: string;
  /** DER in base64. */
  readonly certificate: string;
  /** Empty: its key is not here. */
  readonly keyId: string;
  readonly leafNotAfter: "err" | "truncate" | "permit";
  readonly usage: readonly string[];
  readonly manualChain: readonly string[] | null;
  /** Empty: by the key. */
  readonly crlAlgorithm: string;
  readonly urls: MountUrls;
  /** Milliseconds since the epoch; 0: it stands. */
  readonly revoked: number;
}

export interface KeyRow {
  readonly id: string;
  readonly name: string;
  readonly type: KeyType;
  readonly bits: number;
  /** SHA-256 of the public key, to find the key of a certificate. */
  readonly publicHash: string;
}

export interface AuthorityRow {
  readonly issuers: Readonly<Record<string, IssuerRow>>;
  readonly keys: Readonly<Record<string, KeyRow>>;
  readonly defaultIssuer: string;
  readonly defaultKey: string;
  readonly followsLatest: boolean;
}

const EMPTY: AuthorityRow = {
  issuers: {},
  keys: {},
  defaultIssuer: "",
  defaultKey: "",
  followsLatest: false,
};
const ROW = "authority";
const keyMaterial = (id: string): string => `key/${id}`;

export const publicHash = (spki: Buffer): string => createHash("sha256").update(spki).digest("hex");

/** Issuers of one name and key sign one list of what they revoked. */
export const groupOf = ({ subjectRaw, spki }: Pick<Certificate, "subjectRaw" | "spki">): string =>
  createHash("sha256").update(subjectRaw).update(spki).digest("hex").slice(0, 32);

/** A mount's issuers and keys at one moment. */
export class Authority {
  readonly row: AuthorityRow;
  readonly #certificates = new Map<string, Certificate>();
  readonly #chains = new Map<string, readonly string[]>();
  readonly #keys: Map<string, KeyObject>;

  constructor(row: AuthorityRow, keys: Map<string, KeyObject>) {
    this.row = row;
    this.#keys = keys;
  }

  /** By `default`, id or name; null when there is none. */
  find(ref: string): IssuerRow | null {
    const { issuers, defaultIssuer } = this.row;
    if (ref === "default") return issuers[defaultIssuer] ?? null;
    return (
      (Object.hasOwn(issuers, ref) ? issuers[ref] : undefined) ??
      Object.values(issuers).find(({ name }) => name !== "" && name === ref) ??
      null
    );
  }

  /** Throws `pki.no-default`, `pki.no-issuer`. */
  issuer(ref: string): IssuerRow {
    const found = this.find(ref);
    if (found !== null) return found;
    if (ref === "default") throw new BulkheadError("pki.no-default");
    throw new BulkheadError("pki.no-issuer", {
      problem: `unable to find PKI issuer for reference: ${ref.slice(0, 200)}`,
    });
  }

  key(ref: string): KeyRow {
    const { keys, defaultKey } = this.row;
    const found =
      ref === "default"
        ? keys[defaultKey]
        : ((Object.hasOwn(keys, ref) ? keys[ref] : undefined) ??
          Object.values(keys).find(({ name }) => name !== "" && name === ref));
    if (found === undefined)
      throw new BulkheadError("pki.no-key", {
        problem: `unable to find PKI key for reference: ${ref.slice(0, 200)}`,
      });
    return found;
  }

  certificate(id: string): Certificate {
    const known = this.#certificates.get(id);
    if (known !== undefined) return known;
    const read = readCertificate(Buffer.from(this.row.issuers[id]?.certificate ?? "", "base64"));
    this.#certificates.set(id, read);
    return read;
  }

  /** PEM of the issuer and what it was issued by, as far as it is here; a manual chain instead where one is set. */
  chain(id: string): readonly string[] {
    const known = this.#chains.get(id);
    if (known !== undefined) return known;
    const manual = this.row.issuers[id]?.manualChain ?? null;
    const found = (manual ?? this.#climb(id)).map((one) => certificatePem(this.certificate(one).der));
    this.#chains.set(id, found);
    return found;
  }

  /** Whose subject and key made this certificate. */
  issuerOf(certificate: Certificate): IssuerRow | null {
    return (
      Object.values(this.row.issuers).find(({ id }) => isIssuedBy(certificate, this.certificate(id))) ?? null
    );
  }

  /** Every issuer that signs the same list; the first that may and can. */
  signerOfGroup(group: string): IssuerRow | null {
    return (
      Object.values(this.row.issuers).find(
        ({ id, keyId, usage }) =>
          keyId !== "" && usage.includes("crl-signing") && groupOf(this.certificate(id)) === group,
      ) ?? null
    );
  }

  async privateKey(storage: StorageReader, id: string): Promise<KeyObject> {
    const known = this.#keys.get(id);
    if (known !== undefined) return known;
    const bytes = await storage.get(keyMaterial(id));
    if (bytes === null) throw new BulkheadError("pki.corrupt", { what: "a private key" });
    try {
      const key = createPrivateKey({ key: bytes, format: "der", type: "pkcs8" });
      this.#keys.set(id, key);
      return key;
    } finally {
      bytes.fill(0);
    }
  }

  #climb(id: string): string[] {
    const ids = [id];
    for (let current = id; ; ) {
      const certificate = this.certificate(current);
      const parent = Object.keys(this.row.issuers).find(
        (other) => !ids.includes(other) && isIssuedBy(certificate, this.certificate(other)),
      );
      if (parent === undefined || certificate.subjectRaw.equals(certificate.issuerRaw)) return ids;
      ids.push(parent);
      current = parent;
    }
  }
}

/** One mount's, in one process. */
export class Authorities {
  #cached: { readonly version: number; readonly authority: Authority } | null = null;

  async load(storage: Storage): Promise<Authority> {
    const entry = await storage.getEntry(ROW);
    if (entry === null) return new Authority(EMPTY, new Map());
    if (this.#cached?.version === entry.version) return this.#cached.authority;
    const authority = new Authority(parse(entry.value), new Map());
    this.#cached = { version: entry.version, authority };
    return authority;
  }
}

const parse = (bytes: Buffer): AuthorityRow => JSON.parse(bytes.toString("utf8")) as AuthorityRow;

export async function readAuthority(tx: StorageReader): Promise<AuthorityRow> {
  const bytes = await tx.get(ROW);
  return bytes === null ? EMPTY : parse(bytes);
}

export function writeAuthority(tx: StorageTransaction, row: AuthorityRow): void {
  tx.put(ROW, Buffer.from(JSON.stringify(row)));
}

export const signingOf = ({ crlAlgorithm }: IssuerRow): Signing =>
  (crlAlgorithm === "" ? null : algorithmNamed(crlAlgorithm)) ?? { bits: 0, pss: false };

/** Throws `pki.invalid` for a name that is taken or is none. */
export function checkRef(
  name: string,
  what: "issuer" | "key",
  taken: readonly { readonly name: string }[],
): void {
  if (name === "") return;
  const invalid = (problem: string): BulkheadError => new BulkheadError("pki.invalid", { problem });
  if (name === "default") throw invalid(`reserved keyword 'default' can not be used as ${what} name`);
  if (!/^[\w-][\w.-]{0,254}$/.test(name)) throw invalid(`${what} name contained invalid characters`);
  if (taken.some((one) => one.name === name)) throw invalid(`${what} name already in use`);
}

export interface Added<T> {
  readonly row: AuthorityRow;
  readonly added: T;
  readonly existed: boolean;
}

/** Stores a private key, once. */
export function addKey(
  tx: StorageTransaction,
  row: AuthorityRow,
  key: KeyObject,
  name: string,
): Added<KeyRow> {
  const hash = publicHash(spkiOf(key));
  const existing = Object.values(row.keys).find((one) => one.publicHash === hash);
  if (existing !== undefined) return { row, added: existing, existed: true };
  checkRef(name, "key", Object.values(row.keys));
  const facts = keyFacts(key);
  if (facts === null) throw new BulkheadError("x509.unsupported-key");
  const added: KeyRow = { id: uuid(), name, ...facts, publicHash: hash };
  const der = key.export({ format: "der", type: "pkcs8" });
  tx.put(keyMaterial(added.id), der);
  der.fill(0);
  // an issuer that came before its key gets it now
  const issuers = Object.fromEntries(
    Object.entries(row.issuers).map(([id, issuer]) => [
      id,
      issuer.keyId === "" &&
      publicHash(readCertificate(Buffer.from(issuer.certificate, "base64")).spki) === hash
        ? { ...issuer, keyId: added.id }
        : issuer,
    ]),
  );
  const next = {
    ...row,
    issuers,
    keys: { ...row.keys, [added.id]: added },
    defaultKey: row.defaultKey || added.id,
  };
  return { row: next, added, existed: false };
}

export function removeKey(tx: StorageTransaction, row: AuthorityRow, id: string): AuthorityRow {
  tx.delete(keyMaterial(id));
  const { [id]: _, ...keys } = row.keys;
  return { ...row, keys, defaultKey: row.defaultKey === id ? "" : row.defaultKey };
}

/** Stores a CA's certificate, once. */
export function addIssuer(row: AuthorityRow, certificate: Certificate, name: string): Added<IssuerRow> {
  const coded = certificate.der.toString("base64");
  const existing = Object.values(row.issuers).find((one) => one.certificate === coded);
  if (existing !== undefined) return { row, added: existing, existed: true };
  checkRef(name, "issuer", Object.values(row.issuers));
  const hash = publicHash(certificate.spki);
  const added: IssuerRow = {
    id: uuid(),
    name,
    certificate: coded,
    keyId: Object.values(row.keys).find((one) => one.publicHash === hash)?.id ?? "",
    leafNotAfter: "err",
    usage: USAGES,
    manualChain: null,
    crlAlgorithm: "",
    urls: NO_URLS,
    revoked: 0,
  };
  const becomesDefault = row.defaultIssuer === "" || (row.followsLatest && added.keyId !== "");
  const next = {
    ...row,
    issuers: { ...row.issuers, [added.id]: added },
    defaultIssuer: becomesDefault ? added.id : row.defaultIssuer,
  };
  return { row: next, added, existed: false };
}

export async function changeAuthority(
  call: Call,
  work: (row: AuthorityRow) => AuthorityRow,
): Promise<AuthorityRow> {
  return await call.storage.transaction(async (tx) => {
    const next = work(await readAuthority(tx));
    writeAuthority(tx, next);
    return next;
  });
}
