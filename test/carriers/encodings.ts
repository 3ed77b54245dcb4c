/** Text written otherwise: one decoder or several after one another. */
import { deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib";
import { fake } from "../support/fake.ts";
import { type Carrier, encoded, type Sample } from "./types.ts";

const bytes = ({ text }: Sample): Buffer => Buffer.from(text, "latin1");
const base64 = (all: Buffer): string => all.toString("base64");
const lines = (text: string, length: number): string =>
  text.replace(new RegExp(`(.{${length}})`, "g"), "$1\n");
const each = (sample: Sample, one: (code: number) => string): string => [...bytes(sample)].map(one).join("");
const hex = (code: number, digits = 2): string => code.toString(16).padStart(digits, "0");
const utf16 = ({ text }: Sample): Buffer => Buffer.from(`first line\r\n${text}\r\n`, "utf16le");
const swapped = (all: Buffer): Buffer => Buffer.from(all).swap16();
/** Enough text that a packer does more than copy it. */
const words = ({ text }: Sample): Buffer => Buffer.from(`${fake("", 1500, "base32", "words")} ${text} end`);
const padded = (sample: Sample, by: number): Buffer =>
  Buffer.from(`${"ab".slice(0, by)} ${sample.text} end`, "latin1");
/** The whole file is the text. */
const whole = (name: string, path: string, decoded: readonly string[], make: Carrier["make"]): Carrier => ({
  name,
  path,
  make,
  where: { inside: make },
  decoded,
});

export const encodings: readonly Carrier[] = [
  ...[0, 1, 2].map((by) => encoded(`base64, phase ${by}`, ["base64"], (one) => base64(padded(one, by)))),
  encoded("base64 of nothing else", ["base64"], (one) => base64(bytes(one))),
  encoded("base64url", ["base64"], (one) => padded(one, 1).toString("base64url")),
  encoded("base64 in lines of 76", ["base64"], (one) =>
    lines(base64(Buffer.from(`${"a line of text before it\n".repeat(4)}${one.text}\n`)), 76),
  ),
  encoded("base64 in lines of 60", ["base64"], (one) => lines(base64(padded(one, 2)), 60)),
  encoded("base64 in JSON, lines escaped", ["base64"], (one) =>
    lines(base64(padded(one, 2)), 64).replaceAll("\n", "\\n"),
  ),
  encoded("base64 of base64", ["base64", "base64"], (one) => base64(Buffer.from(base64(padded(one, 1))))),
  encoded("base64 of gzip", ["base64", "gzip"], (one) => base64(gzipSync(padded(one, 0)))),
  encoded("base64 of zstd", ["base64", "zstd"], (one) => base64(zstdCompressSync(words(one)))),
  encoded("base64 of UTF-16 (a PowerShell command)", ["base64", "utf-16"], (one) =>
    base64(Buffer.from(`call '${one.text}' and more`, "utf16le")),
  ),
  encoded("a data address", ["base64"], (one) => base64(padded(one, 0)), [
    "x: data:text/plain;base64,",
    "\n",
  ]),
  encoded("a Kubernetes secret", ["base64"], (one) => base64(bytes(one)), [
    "apiVersion: v1\nkind: Secret\ndata:\n  key: ",
    "\n",
  ]),
  encoded("a Docker login", ["base64"], (one) => base64(Buffer.from(`user:${one.text}`)), [
    '{"auths": {"host.invalid": {"auth": "',
    '"}}}\n',
  ]),
  encoded("hexadecimal", ["hex"], (one) => bytes(one).toString("hex")),
  encoded("hexadecimal, capitals", ["hex"], (one) => bytes(one).toString("hex").toUpperCase()),
  encoded("`\\x` escapes", ["escape"], (one) => each(one, (code) => `\\x${hex(code)}`)),
  encoded("`\\u` escapes", ["escape"], (one) => each(one, (code) => `\\u${hex(code, 4)}`)),
  encoded("percent signs", ["percent"], (one) => each(one, (code) => `%${hex(code)}`)),
  {
    ...encoded("a URL's query", null, (one) => encodeURIComponent(one.text), [
      "GET /?a=1&b=",
      "&c=2 HTTP/1.1\n",
    ]),
    not: { "aws-bedrock-api-key": "its padding is another text there: found without it" },
  },
  encoded("HTML entities", ["html"], (one) => each(one, (code) => `&#${code};`)),
  encoded("HTML entities, hexadecimal", ["html"], (one) => each(one, (code) => `&#x${hex(code)};`)),
  {
    ...encoded(
      "quoted-printable, broken lines",
      ["quoted-printable"],
      ({ halves }) => halves.map((half) => half.replaceAll("=", "=3D")).join("=\r\n"),
      ["x=20y ", "\r\n"],
    ),
    not: {
      "aws-session-token": "its first half is a whole one too",
      "google-service-account": "a broken line in a PEM block is taken for one of the block's own",
    },
  },
  whole("UTF-16 with a mark", "a.txt", ["utf-16"], (one) =>
    Buffer.concat([Buffer.from([0xff, 0xfe]), utf16(one)]),
  ),
  whole("UTF-16, big end first", "a.txt", ["utf-16"], (one) =>
    Buffer.concat([Buffer.from([0xfe, 0xff]), swapped(utf16(one))]),
  ),
  whole("UTF-16 without a mark", "a.txt", ["utf-16"], utf16),
  whole("UTF-32", "a.txt", ["utf-32"], (one) => {
    const text = Buffer.from(`first line\n${one.text}\n`, "latin1");
    const wide = Buffer.alloc(4 + 4 * text.length);
    wide.writeUInt32LE(0xfeff, 0);
    for (const [i, code] of text.entries()) wide.writeUInt32LE(code, 4 + 4 * i);
    return wide;
  }),
  encoded("a gzip member in a file", ["gzip"], (one) => gzipSync(padded(one, 0)), ["\0\x01HEAD", "\0tail"]),
  encoded("a zstd frame in a file", ["zstd"], (one) => zstdCompressSync(words(one)), [
    "\0\x01HEAD",
    "\0tail",
  ]),
  encoded(
    "a gzip member with a name, raw",
    ["gzip"],
    (one) =>
      Buffer.concat([
        Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]),
        Buffer.from("a.txt\0"),
        deflateRawSync(padded(one, 0)),
        Buffer.alloc(8),
      ]),
    ["\0\x01HEAD", "\0tail"],
  ),
];
