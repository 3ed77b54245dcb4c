/**
 * The leak table: every form in which a value is printed, at every split of the stream into two and three writes, through a pipe and
 * through a terminal (which makes CR LF of line ends), for a set of awkward values. Nothing of a value stays, nothing else changes.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { long } from "../../test/support/scale.ts";
import { forms } from "./forms.ts";
import { compileMasks, formsOf, type MaskSet } from "./index.ts";

const VALUES: Readonly<Record<string, Buffer>> = {
  token: Buffer.from(fake("hf_", 34)),
  short: Buffer.from(fake("pw", 4)),
  punctuation: Buffer.from(`${fake("", 5)}'"\\$&<>%+/=\`~ #{}${fake("", 5)}`),
  unicode: Buffer.from(`${fake("", 6)}é漢🔑${fake("", 6)}`),
  lines: Buffer.from(`${fake("first", 12)}\n${fake("second", 12)}`),
  binary: Buffer.from([0, 255, 1, 254, 27, 1, 10, 13, 128, 92, 39, 34, 7, 200, 201, 202]),
  jwt: Buffer.from(`eyJhbGciOiJIUzI1NiJ9.${fake("", 24)}.${fake("", 24)}`),
  dsn: Buffer.from(`postgres://app:${fake("p@ss", 8).replace("@", "%40")}@db:5432/x`),
};

/** What a line break, a colour and a shell do to a text, at every place where they can. */
const TOLERANCES: Readonly<Record<string, (form: Buffer, at: number) => Buffer>> = {
  none: (form) => form,
  colour: (form, at) => insert(form, at, "\u001b[31m"),
  "line end": (form, at) => insert(form, Math.max(4, at), "\r\n"),
  indented: (form, at) => insert(form, Math.max(4, at), "\n    "),
  backslash: (form, at) => insert(form, Math.max(4, at), "\\\n"),
};
const insert = (form: Buffer, at: number, text: string): Buffer =>
  at <= 0 || at >= form.length
    ? form
    : Buffer.concat([form.subarray(0, at), Buffer.from(text), form.subarray(at)]);

const [BEFORE, AFTER] = [Buffer.from("ok \u0000\u00ff: "), Buffer.from(" ;done\n")];

/** What a terminal makes of it. */
const onTerminal = (data: Buffer): Buffer =>
  Buffer.from(data.toString("latin1").replaceAll("\n", "\r\n"), "latin1");

function through(masks: MaskSet, chunks: readonly Buffer[]): Buffer {
  const masker = masks.masker();
  return Buffer.concat([...chunks.flatMap((chunk) => masker.push(Buffer.from(chunk))), ...masker.flush()]);
}

const few = (length: number): number[] =>
  [0, 1, 2, 5, length >> 1, length - 1].filter((at) => at >= 0 && at <= length);
const every = (length: number): number[] => Array.from({ length: length + 1 }, (_, at) => at);

/** Splits after which something of the value is left, or something else is gone. */
function leaks(masks: MaskSet, form: Buffer, places = few): string[] {
  const bad: string[] = [];
  const check = (data: Buffer, want: Buffer, chunks: readonly Buffer[], name: string): void => {
    const written = through(masks, chunks);
    if (!written.equals(want))
      bad.push(`${name}: ${JSON.stringify(written.toString("latin1"))} of ${data.length} bytes`);
  };
  for (const terminal of [false, true]) {
    const ends = [BEFORE, AFTER].map((one) => (terminal ? onTerminal(one) : one));
    const body = terminal ? onTerminal(form) : form;
    const data = Buffer.concat([ends[0] as Buffer, body, ends[1] as Buffer]);
    const want = Buffer.concat([ends[0] as Buffer, Buffer.from("***"), ends[1] as Buffer]);
    const where = terminal ? "terminal" : "pipe";
    for (const i of places(data.length)) {
      check(data, want, [data.subarray(0, i), data.subarray(i)], `${where}, cut at ${i}`);
      for (const j of places(data.length - i))
        check(
          data,
          want,
          [data.subarray(0, i), data.subarray(i, i + j), data.subarray(i + j)],
          `${where}, cut at ${i} and ${i + j}`,
        );
    }
  }
  return bad;
}

for (const [name, value] of Object.entries(VALUES))
  test(`no leak of ${name}, in any form, however it is cut or broken`, () => {
    const masks = compileMasks({ values: [value] });
    const known = new Set(formsOf(value).map((form) => form.toString("latin1")));
    const seen = new Set<string>();
    for (const form of forms)
      for (const whole of form.encode(value)) {
        if (seen.has(whole.toString("latin1"))) continue;
        seen.add(whole.toString("latin1"));
        assert.ok(known.has(whole.toString("latin1")), `${form.id} of this value is looked for`);
        for (const [tolerance, change] of Object.entries(TOLERANCES)) {
          const at = [1, whole.length >> 1, whole.length - 1];
          for (const broken of tolerance === "none" ? [whole] : at.map((place) => change(whole, place)))
            assert.deepEqual(
              leaks(masks, broken, long && tolerance === "none" ? every : few).slice(0, 3),
              [],
              `${form.id}, ${tolerance}: ${JSON.stringify(broken.toString("latin1"))}`,
            );
        }
      }
  });

test("the table goes red for each form that is taken out", () => {
  const value = Buffer.from(`${VALUES.punctuation?.toString()}é`);
  const all = forms as (typeof forms)[number][];
  for (const form of [...forms]) {
    const others = forms.filter((one) => one !== form);
    const elsewhere = new Set(
      others.flatMap((one) => one.encode(value).map((bytes) => bytes.toString("latin1"))),
    );
    const own = form
      .encode(value)
      .filter((bytes) => bytes.length >= 6 && !elsewhere.has(bytes.toString("latin1")));
    if (form.id === "raw" || form.id === "crlf") continue; // every row's own encoding gives these, too
    assert.ok(own.length > 0, `${form.id} adds nothing for this value`);
    const index = all.indexOf(form);
    all.splice(index, 1);
    try {
      const masks = compileMasks({ values: [value] });
      assert.ok(
        own.some((bytes) => leaks(masks, bytes).length > 0),
        `${form.id} is not missed`,
      );
    } finally {
      all.splice(index, 0, form);
    }
  }
});

test("as other programs print it: bash, Python, openssl's columns, a coloured search", () => {
  const value = Buffer.from(`${fake("", 30)}'"\\ $é${fake("", 90)}`);
  const masks = compileMasks({ values: [value] });
  const programs: Readonly<Record<string, readonly [string, readonly string[]]>> = {
    "bash -x": ["bash", ["-c", 'set -x; : "$1"', "-", value.toString()]],
    "printf %q": ["bash", ["-c", 'printf "%q\\n" "$1"', "-", value.toString()]],
    base64: ["bash", ["-c", 'printf %s "user:$1" | base64', "-", value.toString()]],
    "base64 at 64": ["bash", ["-c", 'printf %s "$1" | base64 -w 64', "-", value.toString()]],
    fold: ["bash", ["-c", 'printf %s "$1" | fold -w 40', "-", value.toString()]],
    grep: ["bash", ["-c", 'printf "%s\\n" "$1" | grep --color=always é', "-", value.toString()]],
    pprint: [
      "python3",
      ["-c", "import sys, json; print(json.dumps({'k': sys.argv[1]}, indent=2))", value.toString()],
    ],
    urlencode: [
      "python3",
      ["-c", "import sys, urllib.parse as u; print(u.urlencode({'k': sys.argv[1]}))", value.toString()],
    ],
    html: ["python3", ["-c", "import sys, html; print(html.escape(sys.argv[1]))", value.toString()]],
    hexlify: ["python3", ["-c", "import sys; print(sys.argv[1].encode().hex(':'))", value.toString()]],
  };
  const shows = (text: string): boolean => {
    const plain = text.replace(/\u001b\[[0-9;]*[mK]/g, "").replace(/\s/g, "");
    const traces = [
      value.toString("latin1").slice(0, 24),
      value.toString("base64").slice(3, 30),
      value.toString("hex").slice(0, 30),
    ];
    return (
      traces.some((one) => plain.includes(one)) ||
      plain.replaceAll(":", "").includes(value.toString("hex").slice(0, 30))
    );
  };
  for (const [name, [program, args]] of Object.entries(programs)) {
    const env = { ...process.env, LC_ALL: "C.UTF-8" };
    const printed = execFileSync("sh", ["-c", '"$0" "$@" 2>&1', program, ...args], { env });
    const written = through(masks, [printed]).toString("latin1");
    assert.ok(written.includes("***"), `${name}: ${printed.toString()}`);
    assert.equal(shows(written), false, `${name}: ${written}`);
  }
});
