/** Every notation, alone and nested, with the place of what it hides; any chunks; hostile input. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import test from "node:test";
import { deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { fake } from "../../../test/support/fake.ts";
import { expandRecipe } from "../../../test/support/recipes.ts";
import { scale } from "../../../test/support/scale.ts";
import { providers } from "../../providers/index.ts";
import { createDetector } from "../detector.ts";
import type { RawMatch } from "../types.ts";
import { SHORTEST } from "./base64.ts";
import { PART, SHORTEST_PART } from "./hex.ts";
import { escapeDecoders } from "./escapes.ts";
import { decoders } from "./index.ts";
import type { Budget, Scout } from "./types.ts";
import { FastScout } from "./scout.ts";
import { withDecoders } from "./with-decoders.ts";

const plain = createDetector({ providers });
const detector = withDecoders(plain);
const scout = new FastScout();
const credentials = providers.flatMap((provider) => provider.credentials);
const key = (id = "huggingface-token", seed = "d"): string =>
  expandRecipe(credentials.find((one) => one.id === id)?.hits[0] ?? [], seed);

type Encode = (text: Buffer) => Buffer;
const latin = (text: string): Buffer => Buffer.from(text, "latin1");
const each = (text: Buffer, one: (byte: number) => string): Buffer => latin([...text].map(one).join(""));
const hex2 = (byte: number): string => byte.toString(16).padStart(2, "0");
const wrap = (text: Buffer, width: number, line: string): Buffer =>
  latin(text.toString("base64").replace(new RegExp(`(.{${width}})(?=.)`, "g"), `$1${line}`));

/** Prose, so that nothing is stored as it is. */
const BALLAST = latin(` ${credentials.map(({ title }) => title).join(", ")} `);

const ENCODINGS: Readonly<Record<string, { readonly id: string; readonly encode: Encode }>> = {
  base64: { id: "base64", encode: (text) => latin(text.toString("base64")) },
  "base64 without padding": {
    id: "base64",
    encode: (text) => latin(text.toString("base64").replace(/=+$/, "")),
  },
  "base64 for URLs": { id: "base64", encode: (text) => latin(text.toString("base64url")) },
  "base64, MIME": { id: "base64", encode: (text) => wrap(text, 76, "\r\n") },
  "base64, PEM": { id: "base64", encode: (text) => wrap(text, 64, "\n") },
  "base64, indented": { id: "base64", encode: (text) => wrap(text, 70, "\n    ") },
  "base64, line ends escaped": { id: "base64", encode: (text) => wrap(text, 64, "\\n") },
  "base64, escaped twice": { id: "base64", encode: (text) => wrap(text, 64, "\\r\\n") },
  "base64, quoted pieces": {
    id: "base64",
    encode: (text) => latin(`"${wrap(text, 40, '"\n    "').toString("latin1")}"`),
  },
  "base64, pieces added": {
    id: "base64",
    encode: (text) => latin(`'${wrap(text, 60, "' +\n  '").toString("latin1")}'`),
  },
  "base64, lines of a notebook": {
    id: "base64",
    encode: (text) => latin(`"${wrap(text, 76, '\\n",\n   "').toString("latin1")}"`),
  },
  "base64, behind a prefix": { id: "base64", encode: (text) => latin(`path/of_${text.toString("base64")}`) },
  hex: { id: "hex", encode: (text) => latin(text.toString("hex")) },
  "hex, capitals": { id: "hex", encode: (text) => latin(text.toString("hex").toUpperCase()) },
  "hex with colons": { id: "hex", encode: (text) => latin([...text].map(hex2).join(":")) },
  "hex with blanks": { id: "hex", encode: (text) => latin([...text].map(hex2).join(" ")) },
  "a list of bytes": {
    id: "hex",
    encode: (text) => latin(`{${[...text].map((b) => `0x${hex2(b)}`).join(", ")}}`),
  },
  "a list over lines": {
    id: "hex",
    encode: (text) => latin([...text].map((b, i) => `0x${hex2(b)},${i % 8 === 7 ? "\n  " : " "}`).join("")),
  },
  "\\x": { id: "escape", encode: (text) => each(text, (b) => `\\x${hex2(b)}`) },
  "\\u": { id: "escape", encode: (text) => each(text, (b) => `\\u00${hex2(b)}`) },
  "\\\\u": { id: "escape", encode: (text) => each(text, (b) => `\\\\u00${hex2(b)}`) },
  "\\u{}": { id: "escape", encode: (text) => each(text, (b) => `\\u{${b.toString(16)}}`) },
  "\\U": { id: "escape", encode: (text) => each(text, (b) => `\\U000000${hex2(b)}`) },
  octal: { id: "escape", encode: (text) => each(text, (b) => `\\${b.toString(8).padStart(3, "0")}`) },
  percent: { id: "percent", encode: (text) => each(text, (b) => `%${hex2(b)}`) },
  "percent, some": {
    id: "percent",
    encode: (text) => each(text, (b) => (b % 3 === 0 ? `%${hex2(b).toUpperCase()}` : String.fromCharCode(b))),
  },
  "html, decimal": { id: "html", encode: (text) => each(text, (b) => `&#${b};`) },
  "html, hex": { id: "html", encode: (text) => each(text, (b) => `&#x${hex2(b)};`) },
  "tags inside": {
    id: "tags",
    encode: (text) => latin(text.toString("latin1").replace(/(.{6})(?=.)/g, '$1<span class="k">')),
  },
  "tags closed and opened": {
    id: "tags",
    encode: (text) => latin(text.toString("latin1").replace(/(.{6})(?=.)/g, "$1</b><b>")),
  },
  colours: {
    id: "ansi",
    encode: (text) => latin(text.toString("latin1").replace(/(.{6})(?=.)/g, "$1\x1b[1;31m")),
  },
  "quoted-printable": {
    id: "quoted-printable",
    encode: (text) =>
      latin(
        `token=3D${text
          .toString("latin1")
          .replace(/=/g, "=3D")
          .replace(/(.{14})(?=.)/g, "$1=\r\n")}`,
      ),
  },
  "utf-16le": { id: "utf-16", encode: (text) => Buffer.from(`key: ${text.toString("latin1")} `, "utf16le") },
  "utf-16be with a mark": {
    id: "utf-16",
    encode: (text) => Buffer.from(`\ufeffkey: ${text.toString("latin1")}`, "utf16le").swap16(),
  },
  "utf-32le": {
    id: "utf-32",
    encode: (text) => Buffer.concat([...text].map((b) => Buffer.from([b, 0, 0, 0]))),
  },
  "utf-32be with a mark": {
    id: "utf-32",
    encode: (text) => Buffer.concat([0xfeff, ...text].map((b) => Buffer.from([0, 0, b >> 8, b & 255]))),
  },
  gzip: { id: "gzip", encode: (text) => gzipSync(text) },
  zstd: { id: "zstd", encode: (text) => zstdCompressSync(Buffer.concat([BALLAST, text, BALLAST])) },
};

const surround = (bytes: Buffer, before = "config:\n  value: ", after = "\nnext: line\n"): Buffer =>
  Buffer.concat([latin(before), bytes, latin(after)]);
const valuesIn = (matches: readonly RawMatch[]): string[] =>
  matches.map(({ value }) => value.toString("latin1"));
const show = (matches: readonly RawMatch[]): string[] =>
  matches
    .map(
      ({ offset, length, rule, value, decoded }) =>
        `${offset}+${length} ${rule.id} ${value.toString("hex")} ${decoded?.join()}`,
    )
    .sort();

test("a key is found in every notation, once, where it stands", () => {
  for (const [name, { id, encode }] of Object.entries(ENCODINGS))
    for (const credential of ["huggingface-token", "openai-api-key", "anthropic-api-key"]) {
      const secret = key(credential, name);
      const encoded = encode(latin(secret));
      const input = surround(encoded);
      assert.deepEqual(valuesIn(plain.scan(input)).includes(secret), false, `${name} needs no decoder`);
      const found = detector.scan(input).filter(({ value }) => value.toString("latin1") === secret);
      assert.equal(found.length, 1, `${name}: ${show(detector.scan(input)).join("; ")}`);
      const [match] = found as [RawMatch];
      assert.deepEqual(match.decoded, [id], name);
      const start = input.indexOf(encoded);
      assert.ok(
        match.offset >= start && match.offset + match.length <= start + encoded.length,
        `${name}: ${match.offset}`,
      );
      assert.ok(match.length >= (id === "gzip" || id === "zstd" ? 20 : secret.length), name);
    }
});

test("decoding exactly the bytes of a place gives the value again", () => {
  const secret = key();
  const text = latin(`{"a": 1, "token": "${secret}", "b": 2}`);
  const backs: Record<string, (bytes: Buffer) => string> = {
    "\\x": (bytes) =>
      bytes
        .toString("latin1")
        .replace(/\\x(..)/g, (_, h: string) => String.fromCharCode(Number.parseInt(h, 16))),
    percent: (bytes) => decodeURIComponent(bytes.toString("latin1")),
    hex: (bytes) => Buffer.from(bytes.toString("latin1"), "hex").toString("latin1"),
    "utf-16le": (bytes) => bytes.toString("utf16le"),
    "utf-32be with a mark": (bytes) =>
      [...bytes]
        .filter((byte) => byte !== 0)
        .map((byte) => String.fromCharCode(byte))
        .join(""),
    "html, hex": (bytes) =>
      bytes
        .toString("latin1")
        .replace(/&#x(..);/g, (_, h: string) => String.fromCharCode(Number.parseInt(h, 16))),
  };
  for (const [name, back] of Object.entries(backs)) {
    const input = surround(ENCODINGS[name]?.encode(text) ?? text);
    const match = detector.scan(input).find(({ value }) => value.toString("latin1") === secret);
    assert.ok(match !== undefined, name);
    assert.equal(back(input.subarray(match.offset, match.offset + match.length)), secret, name);
  }
});

test("one notation in another, up to four deep, and no deeper", () => {
  const chain = (names: readonly string[], text: string): Buffer =>
    names.reduceRight((bytes, name) => ENCODINGS[name]?.encode(bytes) ?? bytes, latin(text));
  const cases: (readonly string[])[] = [
    ["base64", "gzip"],
    ["base64", "zstd"],
    ["base64, MIME", "gzip", "base64"],
    ["hex", "gzip"],
    ["percent", "percent"],
    ["percent", "base64"],
    ["\\u", "base64"],
    ["base64", "utf-16le"],
    ["utf-16le", "base64"],
    ["gzip", "base64", "gzip", "base64"],
    ["base64", "base64", "base64", "base64"],
  ];
  const secret = key();
  for (const names of cases) {
    const input = surround(chain(names, `{"token": "${secret}", "more": "text"}`));
    const match = detector.scan(input).find(({ value }) => value.toString("latin1") === secret);
    assert.deepEqual(
      match?.decoded,
      names.map((name) => ENCODINGS[name]?.id),
      names.join(),
    );
  }
  const five = chain(["base64", "base64", "base64", "base64", "base64"], `{"token": "${secret}"}`);
  assert.deepEqual(detector.scan(surround(five)), []);
  assert.deepEqual(valuesIn(withDecoders(plain, { depth: 5 }).scan(surround(five))), [secret]);
});

test("what stands plainly is one finding, whatever is escaped beside it", () => {
  const secret = key();
  for (const text of [
    `a%20b ${secret} c%20d`,
    `"\\u001b[31m${secret}\\u001b[0m"`,
    `\x1b[31m${secret}\x1b[0m`,
    `<td>${secret}</td>`,
    `&quot;${secret}&quot;`,
    `url=https%3A%2F%2Fx?token=${secret}%26b`,
    `redis://default:a%2F${fake("", 16, "alnum", "p")}@cache:6379/0`,
  ]) {
    const found = detector.scan(latin(text));
    assert.equal(found.length, 1, `${text}: ${show(found).join("; ")}`);
    assert.equal(found[0]?.decoded, undefined);
  }
  // The control: a quote of HTML makes a name's value, which no plain rule sees.
  const value = fake("", 32, "alnum", "quoted");
  assert.deepEqual(valuesIn(detector.scan(latin(`api_key=&quot;${value}&quot;`))), [value]);
});

test("hashes, pictures and random text make no noise", () => {
  const png = Buffer.concat([latin("\x89PNG\r\n\x1a\n"), randomBytes(6000)]);
  const secret = key();
  for (const text of [
    randomBytes(32).toString("hex"),
    `sha512-${randomBytes(64).toString("base64")}`,
    `data:image/png;base64,${png.toString("base64")}`,
    randomBytes(3000).toString("base64"),
    wrap(randomBytes(3000), 76, "\n").toString("latin1"),
    `-----BEGIN CERTIFICATE-----\n${wrap(Buffer.concat([latin("\x30\x82\x03\x00"), randomBytes(900)]), 64, "\n").toString("latin1")}\n`,
  ]) {
    assert.deepEqual(show(detector.scan(latin(text))), [], text.slice(0, 40));
    assert.deepEqual(
      valuesIn(detector.scan(latin(`${text}\n${latin(`t: ${secret}`).toString("base64")}`))),
      [secret],
      "control",
    );
  }
});

test("generic rules stay silent in binary data, a vendor's key is found there", () => {
  const value = fake("", 32, "alnum", "generic");
  const secret = key();
  const noise = Buffer.alloc(600, Buffer.from([1, 2, 3, 200, 0, 129, 5]));
  const text = (bytes: Buffer): Buffer => latin(bytes.toString("base64"));
  const inside = (what: string): Buffer => text(Buffer.concat([noise, latin(what), noise]));
  assert.deepEqual(valuesIn(detector.scan(inside(` api_key="${value}" `))), []);
  assert.deepEqual(valuesIn(detector.scan(inside(` ${secret} `))), [secret]);
  assert.deepEqual(valuesIn(detector.scan(text(latin(`{"api_key": "${value}"}`)))), [value]);
});

test("text of two bytes a character is found inside binary files, at odd places too", () => {
  const secret = key();
  for (const shift of [0, 1, 2, 3])
    for (const name of ["utf-16le", "utf-16be with a mark", "utf-32le", "utf-32be with a mark"]) {
      const noise = Buffer.alloc(64 + shift, Buffer.from([7, 0, 0, 255, 3]));
      const encoded = ENCODINGS[name]?.encode(latin(`k=${secret};`)) ?? noise;
      const found = detector.scan(Buffer.concat([noise, encoded, noise]));
      assert.deepEqual(valuesIn(found), [secret], `${name} ${shift}`);
    }
});

test("members of gzip and zstd in binary files: several, cut off, damaged", () => {
  const [one, two] = [key("huggingface-token", "1"), key("openai-api-key", "2")];
  const noise = randomBytes(50);
  for (const pack of [gzipSync, zstdCompressSync]) {
    const both = Buffer.concat([noise, pack(latin(`a ${one}`)), noise, pack(latin(`b ${two} `)), noise]);
    assert.deepEqual(valuesIn(detector.scan(both)).sort(), [one, two].sort(), pack.name);
  }
  const long = gzipSync(latin(`first ${one} ${randomBytes(4000).toString("hex")}`));
  assert.deepEqual(valuesIn(detector.scan(long.subarray(0, long.length >> 1))), [one], "cut off");
  const named = Buffer.concat([
    Buffer.from([0x1f, 0x8b, 8, 8, 0, 0, 0, 0, 0, 3]),
    latin("name\0"),
    deflateSync(latin(`x ${one}`)).subarray(2),
  ]);
  assert.deepEqual(valuesIn(detector.scan(named)), [one], "with a name in its header");
});

test("a compressed bomb is read as far as its length allows, and what stands beside it is found", () => {
  const secret = key();
  const bomb = gzipSync(Buffer.concat([latin(`${secret}\n`), Buffer.alloc(scale(40, 400) << 20, "a")]));
  const found = detector.scan(surround(latin(bomb.toString("base64")), "", `\n${secret}\n`));
  assert.ok(valuesIn(found).includes(secret));
  assert.ok(bomb.length < 1 << 20);
});

test("any chunks, any window and any parts give the findings of the whole, across borders too", () => {
  const names = Object.keys(ENCODINGS);
  let borders = 0;
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          name: fc.constantFrom(...names),
          outer: fc.constantFrom(...names, ""),
          fill: fc.nat(4000),
          seed: fc.nat(99),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 500, max: 20_000 }),
      (parts, sizes, blockSize) => {
        const input = Buffer.concat(
          parts.flatMap(({ name, outer, fill, seed }) => {
            const inner = ENCODINGS[name]?.encode(
              latin(`{"token": "${key("huggingface-token", `${seed}`)}", "x": 1} `),
            );
            const bytes = ENCODINGS[outer]?.encode(inner ?? Buffer.alloc(0)) ?? inner;
            return [
              latin(`${"lorem ipsum ".repeat(fill / 12)}\nv: `),
              bytes ?? Buffer.alloc(0),
              latin(" \n"),
            ];
          }),
        );
        const expected = show(detector.scan(input));
        const small = withDecoders(plain, { blockSize });
        assert.deepEqual(show(small.scan(input)), expected);
        const stream = small.stream();
        const found: RawMatch[] = [];
        for (let at = 0, i = 0; at < input.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          const chunk = Buffer.from(input.subarray(at, at + size));
          found.push(...stream.push(chunk));
          chunk.fill(0);
          at += size;
        }
        found.push(...stream.end());
        assert.deepEqual(show(found), expected);
        const { size, before, behind } = small.parts ?? assert.fail();
        const inParts: RawMatch[] = [];
        for (let from = 0; from < input.length; from += size) {
          const to = Math.min(input.length, from + size);
          const part = small.stream({ from, to });
          const given = input.subarray(Math.max(0, from - before), to + behind);
          for (let at = 0; at < given.length; at += 7000)
            inParts.push(...part.push(given.subarray(at, at + 7000)));
          inParts.push(...part.end());
          borders += from > 0 ? 1 : 0;
        }
        assert.deepEqual(show(inParts), expected);
      },
    ),
    { numRuns: scale(20, 400) },
  );
  assert.ok(borders > 0);
});

test("in a run of base64 longer than any window, keys are found everywhere", () => {
  const lines: string[] = [];
  const secrets: string[] = [];
  for (let i = 0; i < 40; i++) {
    secrets.push(key("huggingface-token", `long${i}`));
    lines.push(`line ${i} ${"x ".repeat(50_000)} token=${secrets[i]}`);
  }
  const input = surround(latin(latin(lines.join("\n")).toString("base64")));
  assert.ok(input.length > 5 << 20);
  assert.deepEqual(valuesIn(detector.scan(input)).sort(), [...secrets].sort());
});

const budget: Budget = { cut: () => {}, take: () => true, left: 1 << 24 };

test("stretches come in order, lie inside, and map inside, for any bytes", () => {
  const alphabet = latin(
    "\\x41\\u0041%41&#65;<b>\x1b[0m=3D=\r\n aA0+/=\0\x1f\x8b\x08\x28\xb5\x2f\xfd\"',:{}",
  );
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 3000 }),
    fc
      .array(fc.nat(alphabet.length - 1), { maxLength: 3000 })
      .map((all) => Uint8Array.from(all, (i) => alphabet[i] ?? 0)),
  );
  fc.assert(
    fc.property(bytes, (raw) => {
      const input = Buffer.from(raw);
      for (const decoder of decoders)
        for (const stretch of decoder.find(input, input.length, budget, scout.over(input))) {
          assert.ok(
            stretch.start >= 0 && stretch.end <= input.length && stretch.start < stretch.end,
            decoder.id,
          );
          for (const at of [0, stretch.bytes.length >> 1, stretch.bytes.length - 1]) {
            if (at < 0 || stretch.bytes.length === 0) continue;
            const { start, end } = stretch.place(at, at + 1);
            assert.ok(
              start >= stretch.start && end <= stretch.end && start < end,
              `${decoder.id} ${start} ${end}`,
            );
          }
        }
      detector.scan(input);
    }),
    { numRuns: scale(300, 20_000) },
  );
});

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Names every place at which there could be anything. */
class SlowScout implements Scout {
  part = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** The next stretch of such characters, [start, end). */
  #run(from: number, to: number, shortest: number, chars: string): readonly [number, number] | null {
    for (let start = from; start < to; ) {
      let end = start;
      while (end < this.#bytes.length && chars.includes(String.fromCharCode(this.#bytes[end] as number)))
        end++;
      if (end - start >= shortest) return [start, end];
      start = end + 1;
    }
    return null;
  }

  nextBase64(from: number, to: number): number {
    return this.#run(from, to, SHORTEST, `${LETTERS}${LETTERS.toLowerCase()}0123456789+/-_`)?.[0] ?? -1;
  }

  nextHex(from: number, rest: number, to: number): number {
    for (let at = from, end = rest; ; ) {
      for (; at < end; at++)
        if (/^(?:0[xX])?[0-9a-fA-F]{2}/.test(this.#bytes.toString("latin1", at, at + 4))) return at;
      const part = this.#run(Math.max(from, end), to, SHORTEST_PART, PART);
      if (part === null) return -1;
      [at, end] = part;
      this.part = end;
    }
  }

  nextEscape(from: number, to: number): number {
    for (let at = from; at < Math.min(to, this.#bytes.length); at++)
      if ("%\\&<\x1b=".includes(String.fromCharCode(this.#bytes[at] as number))) return at;
    return -1;
  }
}

test("the fast search passes over nothing that a look at every place finds", () => {
  const long = fc.constantFrom(
    ...[
      fake("", 32, "hex"),
      fake("", 60, "base64"),
      fake("", 24, "alnum"),
      fake("", 64, "base64"),
      fake("", 40, "hex"),
    ],
    ...Object.values(ENCODINGS).map(({ encode }) =>
      encode(latin("some text, long enough to be read")).toString("latin1"),
    ),
    ...[
      "\n",
      '"',
      '",\n "',
      "' + '",
      ",",
      ".",
      " ",
      ":",
      "0x",
      "=",
      "\0",
      "\\n",
      "&",
      "<a>",
      "</a",
      "a",
      "%4",
      "\xff",
    ],
  );
  const pieces = fc.array(long, { maxLength: 30 }).map((all) => latin(all.join("")));
  const bytes = fc
    .tuple(pieces, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
    .map(([all, changes]) => {
      if (all.length > 0) for (const [at, byte] of changes) all[at % all.length] = byte;
      return all;
    });
  let stretches = 0;
  fc.assert(
    fc.property(bytes, fc.nat(100), (input, cut) => {
      const to = Math.max(0, input.length - cut);
      for (const decoder of decoders) {
        const [fast, slow] = [scout.over(input), new SlowScout(input)].map((one) =>
          [...decoder.find(input, to, budget, one)].map(({ start, end, bytes }) => [
            start,
            end,
            bytes.toString("latin1"),
          ]),
        );
        assert.deepEqual(fast, slow, decoder.id);
        stretches += fast?.length ?? 0;
      }
    }),
    { numRuns: scale(500, 50_000) },
  );
  assert.ok(stretches > 500);
});

test("the fast search passes over no escape, whatever two bytes it begins with", () => {
  const tails = ["", "A", "D", "1;", "01", "0041", "0041;", "[0m", ">b", "p;", "}", "00000041", "\n", "x41"];
  const pairs = [..."%\\&<\x1b="].flatMap((one) =>
    Array.from({ length: 256 }, (_, byte) => `${one}${String.fromCharCode(byte)}`),
  );
  const one = { length: 0, point: 0, byte: false };
  let read = 0;
  for (const pair of pairs)
    for (const tail of tails) {
      const input = latin(`some text_${pair}${tail}`);
      const decoder = escapeDecoders.find(({ first }) => first === pair[0]);
      if (decoder?.read(input, 10, one) !== true || decoder.starts?.(input, 10) === false) continue;
      read++;
      assert.equal(scout.over(input).nextEscape(0, input.length), 10, JSON.stringify(pair + tail));
    }
  assert.ok(read > 200, String(read));
});

test("hostile input is only long, never expensive, and a key in its midst is found", {
  timeout: 120_000,
}, () => {
  const secret = key("anthropic-api-key");
  const size = scale(1 << 19, 20 << 20);
  for (const unit of [
    "%25",
    "%",
    "\\u0041",
    "\\\\\\\\",
    "&#65;",
    "&",
    "<b>a",
    "<a",
    "<",
    "\x1b[",
    "=3D",
    "a=\n",
    "QUFB",
    `${"QUFB".repeat(16)}\n`,
    `${"A".repeat(24)}"`,
    "41",
    "41:",
    "0x41,",
    "a\0",
    "\0a",
    "\0",
    "a\0\0\0",
    "\x1f\x8b\x08",
    "\x1f\x8b\x08\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    "\x28\xb5\x2f\xfd",
    "\x28\xb5\x2f\xfd\0\0\0\0\0\0\0\0",
    "%5Cu0041",
  ]) {
    const half = unit.repeat(Math.ceil(size / 2 / unit.length));
    const found = detector
      .scan(latin(`${half}\n ${secret}\n ${half}`))
      .filter(({ rule }) => rule.id === "anthropic-api-key");
    assert.deepEqual(valuesIn(found), [secret], JSON.stringify(unit));
  }
});

test("work has a bound, and reaching it is told", () => {
  const told: number[] = [];
  const cut = (at: number, reason: string): void => {
    if (/is decoded/.test(reason)) told.push(at);
  };
  // Members that hold one another's beginnings, each of them stored, none of them ending well.
  const stored = Buffer.concat([Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0, 0xff, 0xff, 0, 0])]);
  const tower = Buffer.concat(Array.from({ length: scale(4000, 100_000) }, () => stored));
  withDecoders(plain).scan(tower, cut);
  const bombs = Buffer.concat(Array.from({ length: 12 }, () => gzipSync(Buffer.alloc(8 << 20, "a"))));
  withDecoders(plain).scan(bombs, cut);
  assert.deepEqual([...new Set(told)], [0]);
  told.length = 0;
  withDecoders(plain).scan(latin("nothing encoded here"), cut);
  assert.deepEqual(told, []);
});
