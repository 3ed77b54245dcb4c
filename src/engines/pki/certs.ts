/** Issued certificates and revocations as they are stored, by serial number; and what revoking one writes: two small rows, however many there are. */
import type { Storage, StorageReader, StorageTransaction } from "../../kernel/barrier/index.ts";
import { serialText } from "../../x509/certificate.ts";
import { writeEntry } from "../../x509/crl.ts";

export const CERT = "cert/";
export const REVOKED = "revoked/";
/** Entries that no list has yet: `pending/GROUP/SERIAL`. */
export const PENDING = "pending/";

export interface StoredCertificate {
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  /** Which revocation list it belongs to (`groupOf`). */
  readonly group: string;
  readonly der: Buffer;
}

export interface Revocation {
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly notAfter: number;
  readonly group: string;
  readonly issuerId: string;
}

const [TIME_BYTES, GROUP_BYTES] = [8, 16];

export function encodeCertificate({ notAfter, group, der }: StoredCertificate): Buffer {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeDoubleBE(notAfter);
  return Buffer.concat([time, Buffer.from(group, "hex"), der]);
}

export function decodeCertificate(bytes: Buffer): StoredCertificate {
  return {
    notAfter: bytes.readDoubleBE(0),
    group: bytes.toString("hex", TIME_BYTES, TIME_BYTES + GROUP_BYTES),
    der: bytes.subarray(TIME_BYTES + GROUP_BYTES),
  };
}

export async function storeCertificate(
  storage: Storage,
  serial: string,
  stored: StoredCertificate,
): Promise<void> {
  await storage.put(CERT + serial, encodeCertificate(stored));
}

export async function loadCertificate(
  storage: StorageReader,
  serial: string,
): Promise<StoredCertificate | null> {
  const bytes = await storage.get(CERT + serial);
  return bytes === null ? null : decodeCertificate(bytes);
}

export async function loadRevocation(storage: StorageReader, serial: string): Promise<Revocation | null> {
  const bytes = await storage.get(REVOKED + serial);
  return bytes === null ? null : (JSON.parse(bytes.toString("utf8")) as Revocation);
}

const serialBytes = (serial: string): Buffer => Buffer.from(serial.replaceAll(":", ""), "hex");

export const entryOf = (serial: string, { time }: Pick<Revocation, "time">): Buffer =>
  writeEntry(serialBytes(serial), time);

/** What stands is kept: the first revocation's time counts. */
export async function writeRevocation(
  tx: StorageTransaction,
  serial: string,
  revocation: Revocation,
): Promise<Revocation> {
  const before = await loadRevocation(tx, serial);
  if (before !== null) return before;
  tx.put(REVOKED + serial, Buffer.from(JSON.stringify(revocation)));
  tx.put(`${PENDING}${revocation.group}/${serial}`, entryOf(serial, revocation));
  return revocation;
}

/** `1A-2b`, `1a:2b` and `1a2b` are one number; null for what is none. */
export function serialOf(text: string): string | null {
  const hex = text.trim().toLowerCase().replace(/[:-]/g, "");
  if (!/^[0-9a-f]{2,66}$/.test(hex) || hex.length % 2 !== 0) return null;
  return serialText(Buffer.from(hex, "hex"));
}
