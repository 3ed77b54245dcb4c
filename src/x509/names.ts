/** Distinguished names (RFC 5280, 4.1.2.4) and general names (4.2.1.6). */
import { isIPv4 } from "node:net";
import {
  Reader,
  TAG,
  type Value,
  inContext,
  inContextPrimitive,
  malformed,
  oid,
  readOid,
  sequence,
  write,
} from "./der.ts";

export const ATTRIBUTE = {
  commonName: "2.5.4.3",
  serialNumber: "2.5.4.5",
  country: "2.5.4.6",
  locality: "2.5.4.7",
  province: "2.5.4.8",
  street: "2.5.4.9",
  organization: "2.5.4.10",
  unit: "2.5.4.11",
  postalCode: "2.5.4.17",
  userId: "0.9.2342.19200300.100.1.1",
} as const;

export interface Attribute {
  readonly type: string;
  readonly value: string;
}

/** The values of one attribute in order; of equal RDNs one set each, as Go writes them. */
export interface Subject {
  readonly type: string;
  readonly values: readonly string[];
}

/** PrintableString where that can say it, else UTF8String. */
function text(value: string): Buffer {
  const printable = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value);
  return write(printable ? TAG.printable : TAG.utf8, Buffer.from(value, "utf8"));
}

/** An RDNSequence: one set for each entry that has values. */
export function writeName(subject: readonly Subject[]): Buffer {
  const sets = subject
    .filter(({ values }) => values.length > 0)
    .map(({ type, values }) => {
      const parts = values.map((value) => sequence(oid(type), text(value)));
      return write(TAG.set, ...parts.sort(Buffer.compare));
    });
  return sequence(...sets);
}

/** Every attribute in order. Throws `x509.malformed`. */
export function readName(whole: Buffer): Attribute[] {
  const reader = new Reader(whole, "name");
  const sets = reader.enter();
  reader.end();
  const found: Attribute[] = [];
  for (const set of sets.rest(TAG.set))
    for (const pair of new Reader(set.body, "name").rest(TAG.sequence)) {
      const inner = new Reader(pair.body, "name");
      const type = readOid(inner.next(TAG.oid).body, "name");
      found.push({ type, value: readText(inner.next()) });
      inner.end();
    }
  return found;
}

function readText({ tag, body }: Value): string {
  switch (tag) {
    case TAG.utf8:
    case TAG.printable:
    case TAG.ia5:
      return strictUtf8(body);
    case TAG.bmp:
      if (body.length % 2 !== 0) throw malformed("name");
      return Buffer.from(body).swap16().toString("utf16le");
    case TAG.teletex:
      return body.toString("latin1");
    default:
      throw malformed("name");
  }
}

function strictUtf8(body: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch (error) {
    throw malformed("text", error);
  }
}

export const valuesOf = (name: readonly Attribute[], type: string): string[] =>
  name.filter((one) => one.type === type).map(({ value }) => value);

export type GeneralName =
  | { readonly kind: "dns" | "email" | "uri" | "ip"; readonly value: string }
  | { readonly kind: "other"; readonly oid: string; readonly value: string }
  /** Of a kind that is not looked into; as it stands. */
  | { readonly kind: "raw"; readonly whole: Buffer };

const TAGS = { email: 1, dns: 2, uri: 6 } as const;

export function writeGeneralName(name: GeneralName): Buffer {
  switch (name.kind) {
    case "raw":
      return name.whole;
    case "ip":
      return write(inContextPrimitive(7), ipBytes(name.value));
    case "other":
      return write(
        inContext(0),
        oid(name.oid),
        write(inContext(0), write(TAG.utf8, Buffer.from(name.value, "utf8"))),
      );
    case "dns":
    case "email":
    case "uri":
      // IA5String: anything beyond ASCII would be read as something else
      if (!/^[\x20-\x7e]*$/.test(name.value)) throw malformed("alternative name");
      return write(inContextPrimitive(TAGS[name.kind]), Buffer.from(name.value, "latin1"));
  }
}

/** Throws `x509.malformed`, also for names with characters that other readers would cut them at. */
export function readGeneralName(value: Value): GeneralName {
  const { tag, body, whole } = value;
  for (const [kind, number] of Object.entries(TAGS))
    if (tag === inContextPrimitive(number)) {
      const text = body.toString("latin1");
      if (!/^[\x20-\x7e]*$/.test(text)) throw malformed("alternative name");
      return { kind: kind as keyof typeof TAGS, value: text };
    }
  if (tag === inContextPrimitive(7)) return { kind: "ip", value: readIp(body) };
  if (tag !== inContext(0)) return { kind: "raw", whole };
  const reader = new Reader(body, "alternative name");
  const type = readOid(reader.next(TAG.oid).body, "alternative name");
  const inner = reader.enter(inContext(0));
  reader.end();
  const text = inner.next();
  inner.end();
  return text.tag === TAG.utf8
    ? { kind: "other", oid: type, value: strictUtf8(text.body) }
    : { kind: "raw", whole };
}

export function readGeneralNames(whole: Buffer): GeneralName[] {
  const reader = new Reader(whole, "alternative name");
  const names = [...reader.enter().rest()].map(readGeneralName);
  reader.end();
  return names;
}

/** 4 or 16 bytes. The text must be an IP address. */
export function ipBytes(text: string): Buffer {
  if (isIPv4(text)) return Buffer.from(text.split(".").map(Number));
  const [head = "", tail] = text.split("::");
  const groups = (part: string): number[] =>
    part === ""
      ? []
      : part.split(":").flatMap((group) => {
          if (!isIPv4(group)) return [Number.parseInt(group, 16)];
          const [a = 0, b = 0, c = 0, d = 0] = group.split(".").map(Number);
          return [a * 256 + b, c * 256 + d];
        });
  const front = groups(head);
  const back = tail === undefined ? [] : groups(tail);
  const all = [...front, ...new Array<number>(8 - front.length - back.length).fill(0), ...back];
  const bytes = Buffer.alloc(16);
  for (const [index, group] of all.entries()) bytes.writeUInt16BE(group, index * 2);
  return bytes;
}

function readIp(body: Buffer): string {
  if (body.length === 4) return [...body].join(".");
  if (body.length !== 16) throw malformed("IP address");
  return Array.from({ length: 8 }, (_, index) => body.readUInt16BE(index * 2).toString(16)).join(":");
}
