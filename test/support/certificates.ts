/** Certificates and requests for tests, made with Bulkhead's own writer or, where that refuses to make what is wrong, with OpenSSL. */
import { execFileSync } from "node:child_process";
import { type KeyObject, generateKeyPairSync } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyIdOf, readCertificate, writeCertificate } from "../../src/x509/certificate.ts";
import {
  type Extension,
  authorityKeyIdentifier,
  basicConstraints,
  extKeyUsage,
  EXT_KEY_USAGES,
  type KeyUsage,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from "../../src/x509/extensions.ts";
import { keyIdentifier, spkiOf } from "../../src/x509/keys.ts";
import { ATTRIBUTE, type GeneralName, writeName } from "../../src/x509/names.ts";
import { certificatePem, writePem } from "../../src/x509/pem.ts";
import { writeRequest } from "../../src/x509/request.ts";

const SIGNING = { bits: 0, pss: false };

export interface Made {
  readonly key: KeyObject;
  readonly der: Buffer;
  readonly pem: string;
  readonly keyPem: string;
}

export interface CertificateWish {
  readonly cn: string;
  readonly unit?: readonly string[];
  /** Absent: signs itself. */
  readonly by?: Made;
  readonly key?: KeyObject;
  readonly ca?: boolean;
  readonly pathLength?: number;
  readonly from?: number;
  readonly until?: number;
  readonly names?: readonly GeneralName[];
  readonly usages?: readonly KeyUsage[];
  readonly purposes?: readonly (keyof typeof EXT_KEY_USAGES)[];
  readonly more?: readonly Extension[];
}

export const ecKey = (): KeyObject => generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;

export function makeCertificate(wish: CertificateWish): Made {
  const key = wish.key ?? ecKey();
  const spki = spkiOf(key);
  const subjectRaw = writeName([
    { type: ATTRIBUTE.unit, values: wish.unit ?? [] },
    { type: ATTRIBUTE.commonName, values: wish.cn === "" ? [] : [wish.cn] },
  ]);
  const issuer = wish.by === undefined ? null : readCertificate(wish.by.der);
  const now = Date.UTC(2026, 0, 1);
  const der = writeCertificate(
    {
      issuerRaw: issuer?.subjectRaw ?? subjectRaw,
      subjectRaw,
      spki,
      notBefore: wish.from ?? now - 86_400_000,
      notAfter: wish.until ?? now + 3650 * 86_400_000,
      extensions: [
        keyUsage(wish.usages ?? (wish.ca === true ? ["CertSign", "CRLSign"] : ["DigitalSignature"])),
        ...(wish.ca === undefined
          ? []
          : [basicConstraints({ ca: wish.ca, pathLength: wish.pathLength ?? null })]),
        ...(wish.purposes === undefined
          ? []
          : [extKeyUsage(wish.purposes.map((one) => EXT_KEY_USAGES[one]))]),
        subjectKeyIdentifier(keyIdentifier(spki)),
        authorityKeyIdentifier(issuer === null ? keyIdentifier(spki) : keyIdOf(issuer)),
        ...(wish.names === undefined ? [] : [subjectAltName(wish.names)]),
        ...(wish.more ?? []),
      ],
    },
    wish.by?.key ?? key,
    SIGNING,
  );
  return {
    key,
    der,
    pem: `${certificatePem(der)}\n`,
    keyPem: key.export({ format: "pem", type: "pkcs8" }) as string,
  };
}

export interface RequestWish {
  readonly cn: string;
  readonly organization?: string;
  readonly names?: readonly GeneralName[];
  readonly more?: readonly Extension[];
  readonly key?: KeyObject;
}

export function makeRequest({ cn, organization, names, more = [], key = ecKey() }: RequestWish): string {
  const der = writeRequest(
    {
      subjectRaw: writeName([
        { type: ATTRIBUTE.organization, values: organization === undefined ? [] : [organization] },
        { type: ATTRIBUTE.commonName, values: cn === "" ? [] : [cn] },
      ]),
      spki: spkiOf(key),
      extensions: [...(names === undefined ? [] : [subjectAltName(names)]), ...more],
    },
    key,
    SIGNING,
  );
  return `${writePem("CERTIFICATE REQUEST", der)}\n`;
}

export interface OpenSsl {
  /** Standard output and error together; throws with them when it fails. */
  run(...args: readonly string[]): string;
  /** Writes a file and gives its path. */
  file(name: string, content: string | Buffer): string;
  read(name: string): Buffer;
  close(): void;
}

export function openSsl(): OpenSsl {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-openssl-"));
  return {
    run: (...args) =>
      execFileSync("openssl", args, {
        cwd: folder,
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
        timeout: 60_000,
      }),
    file: (name, content) => {
      writeFileSync(join(folder, name), content, { mode: 0o600 });
      return join(folder, name);
    },
    read: (name) => readFileSync(join(folder, name)),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** A request that OpenSSL makes: `-newkey rsa:1024`, `-sha1` and the like. */
export function opensslRequest(ssl: OpenSsl, ...args: readonly string[]): string {
  ssl.run(
    "req",
    "-new",
    "-nodes",
    "-subj",
    "/CN=a.example.com",
    "-keyout",
    "k.pem",
    "-out",
    "r.csr",
    ...args,
  );
  return ssl.read("r.csr").toString();
}
