/** Revocation lists (RFC 5280, section 5). Entries are kept as the DER they will stand in, so that a list of any length is one concatenation and one signature. */
import type { KeyObject } from "node:crypto";
import { readSerial, readSigned, serialText } from "./certificate.ts";
import {
  Reader,
  TAG,
  header,
  inContext,
  integer,
  malformed,
  readTime,
  sequence,
  small,
  time,
  write,
} from "./der.ts";
import { EXTENSION, type Extension, authorityKeyIdentifier, writeExtension } from "./extensions.ts";
import { type Signing, signed } from "./keys.ts";

export const writeEntry = (serial: Buffer, revoked: number): Buffer =>
  sequence(integer(serial), time(revoked));

export interface CrlSpec {
  readonly issuerRaw: Buffer;
  readonly keyId: Buffer;
  readonly number: number;
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  /** Each a concatenation of entries (`writeEntry`). */
  readonly entries: readonly Buffer[];
}

export function writeCrl(spec: CrlSpec, key: KeyObject, signing: Signing): Buffer {
  const length = spec.entries.reduce((sum, part) => sum + part.length, 0);
  const extensions: Extension[] = [
    authorityKeyIdentifier(spec.keyId),
    { oid: EXTENSION.crlNumber, critical: false, value: small(spec.number) },
  ];
  return signed(key, signing, (algorithm) =>
    sequence(
      small(1),
      algorithm,
      spec.issuerRaw,
      time(spec.thisUpdate),
      time(spec.nextUpdate),
      ...(length === 0 ? [] : [header(TAG.sequence, length), ...spec.entries]),
      write(inContext(0), sequence(...extensions.map(writeExtension))),
    ),
  );
}

export interface Crl {
  readonly issuerRaw: Buffer;
  readonly thisUpdate: number;
  /** null: not said. */
  readonly nextUpdate: number | null;
  /** As `Certificate.serial`. */
  readonly serials: ReadonlySet<string>;
  readonly signature: { readonly body: Buffer; readonly algorithm: Buffer; readonly signature: Buffer };
}

/** Throws `x509.malformed`. */
export function readCrl(der: Buffer): Crl {
  const what = "revocation list";
  const signature = readSigned(der, what);
  const body = new Reader(signature.body, what).enter();
  body.optional(TAG.integer);
  if (!body.next(TAG.sequence).whole.equals(signature.algorithm)) throw malformed(what);
  const issuerRaw = body.next(TAG.sequence).whole;
  const thisUpdate = readTime(body.next(), what);
  const isTime = body.tag === TAG.utcTime || body.tag === TAG.generalizedTime;
  const nextUpdate = isTime ? readTime(body.next(), what) : null;
  const list = body.optional(TAG.sequence);
  body.optional(inContext(0));
  body.end();
  const serials = new Set<string>();
  for (const entry of list === null ? [] : new Reader(list.body, what).rest(TAG.sequence)) {
    serials.add(serialText(readSerial(new Reader(entry.body, what).next(TAG.integer).body)));
  }
  return { issuerRaw, thisUpdate, nextUpdate, serials, signature };
}
