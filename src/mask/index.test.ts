import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import test from "node:test";
import fc from "fast-check";
import { fake } from "../../test/support/fake.ts";
import { oracle } from "../../test/support/mask-oracle.ts";
import { scale } from "../../test/support/scale.ts";
import { Secret } from "../core/secret.ts";
import { forms } from "./forms.ts";
import { compileMasks, createMasker, formsOf, type Masker } from "./index.ts";

function through(masker: Masker, chunks: readonly Buffer[]): Buffer {
  const out = chunks.flatMap((chunk) => masker.push(Buffer.from(chunk)));
  out.push(...masker.flush());
  return Buffer.concat(out);
}

function cut(data: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...places, data.length].sort((a, b) => a - b);
  return ends.map((end, index) => data.subarray(ends[index - 1] ?? 0, end));
}

test("any cut of the stream gives what the slow way gives", () => {
  // Few letters, so that secrets nest, overlap, touch and begin inside each other.
  const letters = fc.constantFrom("a", "b", "é", "\n");
  const secret = fc
    .string({ unit: letters, minLength: 6, maxLength: 12 })
    .filter((s) => s.trim().length >= 6);
  const value = fc.array(secret, { minLength: 1, maxLength: 3 });
  const piece = fc.oneof(
    fc.string({ unit: letters, maxLength: 6 }),
    fc.nat(2),
    fc.uint8Array({ maxLength: 3 }),
  );
  fc.assert(
    fc.property(value, fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(400)), (values, pieces, cuts) => {
      const secrets = values.map((text) => Buffer.from(text));
      const patterns = secrets.flatMap(formsOf);
      const data = Buffer.concat(
        pieces.map((p) =>
          typeof p === "number"
            ? (patterns[(p * 7 + pieces.length) % patterns.length] as Buffer)
            : Buffer.from(p as string),
        ),
      );
      const places = cuts.map((at) => at % (data.length + 1));
      assert.deepEqual(through(createMasker({ values: secrets }), cut(data, places)), oracle(data, patterns));
    }),
    { numRuns: scale(300, 5000) },
  );
});

test("every cut into two and three writes", () => {
  const secret = Buffer.from(fake("hf_", 10));
  const other = Buffer.from(`${secret.toString().slice(-4)}${fake("", 6)}`);
  const data = Buffer.concat([
    Buffer.from([0xff, 0xc3, 0x28, 0x00]),
    secret,
    other.subarray(4), // overlaps the first
    Buffer.from(" x "),
    Buffer.from(secret.toString("base64")),
    other,
    secret, // touches
    secret.subarray(0, 9),
    Buffer.from("é\r\n"),
  ]);
  const masks = compileMasks({ values: [secret, other] });
  const expected = oracle(data, [secret, other].flatMap(formsOf));
  assert.equal(expected.includes(secret), false);
  assert.equal(expected.includes("***"), true);
  for (let i = 0; i <= data.length; i++) {
    assert.deepEqual(through(masks.masker(), cut(data, [i])), expected);
    for (let j = i; j <= data.length; j += 1)
      assert.deepEqual(through(masks.masker(), cut(data, [i, j])), expected);
  }
  assert.deepEqual(
    through(
      masks.masker(),
      [...data].map((byte) => Buffer.of(byte)),
    ),
    expected,
  );
});

test("bytes that cannot begin a value are not held back", () => {
  const masker = createMasker({ values: [Buffer.from("swordfish")] });
  assert.equal(Buffer.concat(masker.push(Buffer.from("password: "))).toString(), "password: ");
  assert.equal(Buffer.concat(masker.push(Buffer.from("swordf"))).toString(), "");
  assert.equal(Buffer.concat(masker.push(Buffer.from("ight"))).toString(), "swordfight");
  assert.equal(Buffer.concat(masker.push(Buffer.from("swordfis"))).toString(), "");
  assert.equal(Buffer.concat(masker.push(Buffer.from("h"))).toString(), "***");
  assert.deepEqual(masker.flush(), []);
  assert.deepEqual([...masker.hits()], [["#0", 1]]);
});

test("each form is masked wherever it stands, as other programs write it", () => {
  const value = Buffer.from(`${fake("pw", 12)} /+<&>"'$\\é=\n${fake("", 9)}`);
  const masks = compileMasks({ values: [{ name: "pw", value: Secret.copy(value) }] });
  for (const form of forms) {
    for (const bytes of form.encode(value)) {
      if (bytes.length < 6) continue;
      const out = through(masks.masker(), [Buffer.from("<<"), bytes, Buffer.from(">>")]);
      assert.equal(out.toString("latin1"), "<<***>>", form.id);
    }
  }
  const program = [
    "import sys, json, base64, urllib.parse, shlex, html",
    "v = sys.stdin.buffer.read(); t = v.decode()",
    "out = [t, repr(t), repr(v), json.dumps(t), json.dumps(t, ensure_ascii=False), v.hex(), v.hex(':'), v.hex().upper(),",
    "  urllib.parse.quote(t), urllib.parse.quote(t, safe=''), urllib.parse.quote_plus(t), shlex.quote(t), html.escape(t, quote=False)]",
    "out += [base64.b64encode(b'x' * n + v + b'y' * m).decode() for n in range(3) for m in range(3)]",
    "out += [base64.urlsafe_b64encode(b'x' * n + v).decode() for n in range(3)]",
    "sys.stdout.buffer.write('\\n--\\n'.join(out).encode())",
  ].join("\n");
  const printed = execFileSync("python3", ["-c", program], { input: value });
  const masked = through(masks.masker(), [printed]).toString("utf8").split("\n--\n");
  assert.equal(masked.length, 25);
  for (const line of masked) {
    assert.match(line, /\*\*\*/);
    assert.ok(line.replace("***", "").length <= 8, `too much is left of ${line}`);
  }
});

test("a value of several lines: whole, line by line, with CR LF, without its armour", () => {
  const body = [fake("", 64), fake("", 64), fake("", 7)];
  const pem = `-----BEGIN PRIVATE KEY-----\n${body.join("\n")}\n-----END PRIVATE KEY-----\n`;
  const masks = compileMasks({ values: [Buffer.from(pem)] });
  const run = (text: string): string => through(masks.masker(), [Buffer.from(text)]).toString();
  assert.equal(run(`a${pem}b`), "a***b");
  assert.equal(run(`a${pem.trim()}b`), "a***b");
  assert.equal(run(pem.replaceAll("\n", "\r\n")), "***");
  const dos = createMasker({ values: [Buffer.from(pem.replaceAll("\n", "\r\n"))] });
  assert.equal(through(dos, [Buffer.from(pem)]).toString(), "***");
  assert.equal(run(`- ${body[1]} -`), "- *** -");
  assert.equal(run(`- ${body[2]} -`), `- ${body[2]} -`, "seven bytes alone are not a line to mask");
  assert.equal(run("-----BEGIN PRIVATE KEY-----"), "-----BEGIN PRIVATE KEY-----");
});

test("parts that jobs take out of a value: JSON leaves, the password of a URL, a token's parts", () => {
  const key = `-----BEGIN PRIVATE KEY-----\n${fake("", 64)}\n-----END PRIVATE KEY-----\n`;
  const account = JSON.stringify({
    type: "service_account",
    private_key: key,
    token_uri: "https://oauth2.example.com/t",
  });
  const password = fake("", 12);
  const signature = fake("", 43);
  const token = `eyJhbGciOiJIUzI1NiJ9.${fake("", 30)}.${signature}`;
  const masks = compileMasks({
    values: [account, `postgres://app:${password}@db:5432/x`, token].map((v) => Buffer.from(v)),
  });
  const run = (text: string): string => through(masks.masker(), [Buffer.from(text)]).toString();
  assert.equal(run(key.trim()), "***");
  assert.equal(run(key.split("\n")[1] ?? ""), "***");
  assert.equal(
    run("service_account {} https://oauth2.example.com/t"),
    "service_account {} https://oauth2.example.com/t",
  );
  assert.equal(run(`PGPASSWORD=${password}`), "PGPASSWORD=***");
  assert.equal(run(signature), "***");
});

test("short, empty and huge values are reported and not masked", () => {
  const masks = compileMasks({
    values: [
      { name: "pin", value: Buffer.from("12345") },
      { name: "none", value: Buffer.from("  \n") },
      { name: "blob", value: randomBytes(70_000) },
      Buffer.from("1"),
    ],
  });
  assert.deepEqual(masks.skipped, [
    { name: "pin", why: "short" },
    { name: "none", why: "empty" },
    { name: "blob", why: "long" },
    { name: "#3", why: "short" },
  ]);
  assert.equal(through(masks.masker(), [Buffer.from("12345 1")]).toString(), "12345 1");
  assert.equal(masks.finds(Buffer.from("12345 1")), false);
});

test("random binary values and random binary noise", () => {
  for (let round = 0; round < scale(20, 200); round++) {
    const values = Array.from({ length: 4 }, () =>
      Buffer.concat([Buffer.from("<"), randomBytes(4 + (round % 40)), Buffer.from(">")]),
    );
    const patterns = values.flatMap(formsOf);
    const parts = Array.from({ length: 30 }, (_, i) =>
      i % 3 === 0 ? (patterns[(i * 31 + round) % patterns.length] as Buffer) : randomBytes(i),
    );
    const data = Buffer.concat(parts);
    const step = 1 + (round % 17);
    const chunks = Array.from({ length: Math.ceil(data.length / step) }, (_, i) =>
      data.subarray(i * step, (i + 1) * step),
    );
    assert.deepEqual(through(createMasker({ values }), chunks), oracle(data, patterns));
  }
});

test("50 MB go through, with little held and every planted value gone", () => {
  const secrets = Array.from({ length: 20 }, () => Buffer.from(fake("sk-", 40)));
  const line = Buffer.from("2026-11-21 step 1024 loss 0.3321 lr 3e-4 tokens/s 18233 grad_norm 1.02\n");
  const block = Buffer.concat([...Array.from({ length: 900 }, () => line), secrets[3] as Buffer, line]);
  const masker = createMasker({ values: secrets });
  let size = 0;
  const rounds = Math.ceil((scale(50, 1000) * 1e6) / block.length);
  for (let i = 0; i < rounds; i++) {
    for (const out of masker.push(block)) {
      size += out.length;
      if (i % 50 === 0) assert.equal(out.includes(secrets[3] as Buffer), false);
    }
  }
  for (const out of masker.flush()) size += out.length;
  assert.equal(size, rounds * (block.length - 43 + 3));
  assert.deepEqual([...masker.hits()], [["#3", rounds]]);
});

test("base64 of a text that holds the value, broken into lines anywhere, shows none of it", () => {
  for (const size of [14, 20, 40, 200]) {
    const secret = Buffer.from(fake("", size));
    const stable = [0, 1, 2].map((phase) =>
      Buffer.concat([Buffer.alloc(phase), secret])
        .toString("base64")
        .slice(2, -4),
    );
    const shows = (text: string): boolean => {
      const joined = text.replace(/\r?\n/g, "");
      return stable.some((one) => {
        for (let at = 0; at + 8 <= one.length; at++) if (joined.includes(one.slice(at, at + 8))) return true;
        return false;
      });
    };
    for (let before = 0; before < 60; before++) {
      for (const columns of [64, 76]) {
        const whole = Buffer.from(`${"p".repeat(before)}${secret.toString()}tail`).toString("base64");
        const text = whole.replace(new RegExp(`.{${columns}}`, "g"), before % 2 === 0 ? "$&\n" : "$&\r\n");
        assert.ok(shows(text), "the control");
        const masker = createMasker({ values: [secret] });
        const out: Buffer[] = [];
        for (let at = 0; at < text.length; at += before + 1)
          out.push(...masker.push(Buffer.from(text.slice(at, at + before + 1))));
        out.push(...masker.flush());
        const written = Buffer.concat(out).toString();
        assert.equal(shows(written), false, `${size} bytes after ${before}, ${columns} columns: ${written}`);
        assert.ok(written.endsWith(text.slice(-3)), "what follows stays");
      }
    }
  }
});
