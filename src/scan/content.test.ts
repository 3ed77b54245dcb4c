/** Keys in every carrier: found, once, at the right place; and nothing in the same carrier without them. */
import assert from "node:assert/strict";
import test from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { tarOf, zipOf } from "../../test/support/archives.ts";
import { fake } from "../../test/support/fake.ts";
import { createDetector } from "../detect/detector.ts";
import { defaultLimits, formats } from "../formats/index.ts";
import { bytesSource } from "../formats/source.ts";
import type { ByteSource } from "../formats/types.ts";
import { providers } from "../providers/index.ts";
import { createContentScanner } from "./content.ts";

const detector = createDetector({ providers });
const scanner = createContentScanner({ detector, formats, limits: defaultLimits });

const keys = [
  fake("hf_", 34),
  `${fake("sk-ant-api03-", 93, "base64url")}AA`,
  fake("gsk_", 52),
  fake("r8_", 37),
  fake("sk-or-v1-", 64, "hex"),
];
const misses = keys.map((key) => key.slice(0, 8).padEnd(key.length, "x"));

/** A stream that comes once, in pieces of an odd size. */
const piped = (bytes: Buffer, size: number): ByteSource => ({
  size: null,
  once: true,
  async *chunks() {
    for (let at = 0; at < bytes.length; at += size) {
      await Promise.resolve();
      const piece = Buffer.from(bytes.subarray(at, at + size));
      yield piece;
      piece.fill(0x20); // a chunk is only valid until the next one
    }
  },
});

interface Carrier {
  readonly name: string;
  readonly path: string;
  make(key: string): Buffer | string;
  readonly entry?: string;
  readonly within?: string;
  /** `line:column`. */
  readonly at: string;
}

const json = (value: unknown): string => JSON.stringify(value, null, 1);
const notebook = (cell: object, rest: object = {}): string =>
  json({ cells: [{ cell_type: "markdown", metadata: {}, source: ["# one\n"] }, cell], nbformat: 4, ...rest });
const output = (one: object): string =>
  notebook({ cell_type: "code", id: "abcd1234", metadata: {}, outputs: [one], source: ["x"] });
const half = (key: string): readonly [string, string] => [key.slice(0, 20), key.slice(20)];
const ESC = "\u001b";
const line = (text: string, key: string): string =>
  `${text.slice(0, text.indexOf(key.slice(0, 20))).split("\n").length}`;

const carriers: readonly Carrier[] = [
  { name: "plain text", path: "a.txt", make: (key) => `one\nx ${key}\n`, at: "2:3" },
  {
    name: "coloured text",
    path: "a.txt",
    make: (key) => `one\n${ESC}[1;31m${key.slice(0, 9)}${ESC}[0m${key.slice(9)}${ESC}[0m`,
    at: "2:8",
  },
  {
    name: "a link's address",
    path: "a.txt",
    make: (key) => `${ESC}]8;;http://h/?k=${key}${ESC}\\here${ESC}]8;;${ESC}\\`,
    at: "1:18",
  },
  {
    name: "notebook stream, over two strings",
    path: "n.ipynb",
    make: (key) =>
      output({
        output_type: "stream",
        name: "stdout",
        text: ["ok\n", `key ${half(key)[0]}`, `${half(key)[1]}\n`],
      }),
    within: "cell 2, output 1",
    at: "text",
  },
  {
    name: "notebook HTML before a tag's end",
    path: "n.ipynb",
    make: (key) =>
      output({
        output_type: "display_data",
        data: { "text/html": ["<table>\n", `<tr><td>${key}</td></tr>`] },
      }),
    within: "cell 2, output 1",
    at: "text",
  },
  {
    name: "notebook HTML with entities",
    path: "n.ipynb",
    make: (key) =>
      output({
        data: { "text/html": `<p>${key.replace(/[-_]/g, (char) => `&#${char.charCodeAt(0)};`)}</p>` },
      }),
    within: "cell 2, output 1",
    at: "any",
  },
  {
    name: "notebook HTML, highlighted",
    path: "n.ipynb",
    make: (key) =>
      output({
        data: { "text/html": `<span class="a">${half(key)[0]}</span><span class="b">${half(key)[1]}</span>` },
      }),
    within: "cell 2, output 1",
    at: "text",
  },
  {
    name: "notebook HTML attribute",
    path: "n.ipynb",
    make: (key) => output({ data: { "text/html": `<a href="https://h/?token=${key}">x</a>` } }),
    within: "cell 2, output 1",
    at: "text",
  },
  {
    name: "notebook traceback with colours",
    path: "n.ipynb",
    make: (key) =>
      output({
        output_type: "error",
        ename: "E",
        traceback: [
          `${ESC}[0;31mE${ESC}[0m`,
          `say(${ESC}[32m'${half(key)[0]}${ESC}[39m${half(key)[1]}'${ESC}[0m)`,
        ],
      }),
    within: "cell 2, output 1",
    at: "text",
  },
  {
    name: "notebook error value",
    path: "n.ipynb",
    make: (key) => output({ output_type: "error", ename: "E", evalue: `bad key ${key}` }),
    within: "cell 2, output 1",
    at: "text",
  },
  {
    name: "notebook JSON output, escaped",
    path: "n.ipynb",
    make: (key) =>
      output({ data: { "application/json": { a: { token: `@@${key}` } } } }).replace(
        `@@${key.slice(0, 2)}`,
        `\\u00${key.charCodeAt(0).toString(16)}\\u00${key.charCodeAt(1).toString(16)}`,
      ),
    within: "cell 2, output 1",
    at: "any",
  },
  {
    name: "notebook attachment",
    path: ".ipynb_checkpoints/n-checkpoint.ipynb",
    make: (key) =>
      notebook({ cell_type: "markdown", attachments: { "a.txt": { "text/plain": `k ${key}` } }, source: [] }),
    within: "cell 2, attachments",
    at: "text",
  },
  {
    name: "notebook widget state",
    path: "n.ipynb",
    make: (key) =>
      notebook(
        { cell_type: "code", source: [] },
        {
          metadata: {
            widgets: {
              "application/vnd.jupyter.widget-state+json": { state: { a: { state: { value: key } } } },
            },
          },
        },
      ),
    within: "notebook metadata",
    at: "text",
  },
  {
    name: "notebook cell metadata",
    path: "n.ipynb",
    make: (key) =>
      notebook({ cell_type: "code", metadata: { papermill: { parameters: { api: key } } }, source: [] }),
    within: "cell 2, metadata",
    at: "text",
  },
  {
    name: "old notebook",
    path: "n.ipynb",
    make: (key) =>
      json({ worksheets: [{ cells: [{ input: ["a\n", `k=${key}`], outputs: [] }] }], nbformat: 3 }),
    within: "cell 1, source",
    at: "text",
  },
  {
    name: "broken notebook",
    path: "n.ipynb",
    make: (key) => `{"cells": [ garbage\n k ${key}`,
    within: "cell 1",
    at: "2:4",
  },
  { name: "no notebook", path: "n.ipynb", make: (key) => `{"cells": []}}\n" k ${key}`, at: "2:5" },
  {
    name: "gzip log",
    path: "app.log.gz",
    make: (key) => gzipSync(`one\ntwo ${key}\n`),
    entry: "app.log",
    at: "2:5",
  },
  {
    name: "gzip in parts",
    path: "app.log.gz",
    make: (key) =>
      Buffer.concat([
        gzipSync(`one\ntwo ${half(key)[0]}`),
        gzipSync(`${half(key)[1]}\n`),
        Buffer.from("padding"),
      ]),
    entry: "app.log",
    at: "2:5",
  },
  {
    name: "zstd in parts",
    path: "app.log.zst",
    make: (key) =>
      Buffer.concat([zstdCompressSync(`one\ntwo ${half(key)[0]}`), zstdCompressSync(`${half(key)[1]}\n`)]),
    entry: "app.log",
    at: "2:5",
  },
  {
    name: "zip",
    path: "a.zip",
    make: (key) => zipOf([{ name: "x/" }, { name: "x/a.py", content: `\nk = ${key}` }]),
    entry: "x/a.py",
    at: "2:5",
  },
  {
    name: "zip, stored, with data before it",
    path: "a.pyz.zip",
    make: (key) =>
      zipOf([
        { name: "one", method: 0 },
        { name: "a.py", method: 0, content: `\nk = ${key}` },
      ]),
    entry: "a.py",
    at: "2:5",
  },
  {
    name: "zip, zstd, sizes behind",
    path: "a.conda",
    make: (key) => zipOf([{ name: "a.py", method: 93, descriptor: true, content: `\nk = ${key}` }]),
    entry: "a.py",
    at: "2:5",
  },
  {
    name: "jar",
    path: "a.jar",
    make: (key) =>
      zipOf([
        { name: "META-INF/MANIFEST.MF", content: "x" },
        { name: "app.properties", content: `k=${key}` },
      ]),
    entry: "app.properties",
    at: "1:3",
  },
  {
    name: "wheel with a notebook",
    path: "a-1-py3-none-any.whl",
    make: (key) => zipOf([{ name: "a/n.ipynb", content: json({ cells: [{ source: [`k=${key}`] }] }) }]),
    entry: "a/n.ipynb",
    within: "cell 1, source",
    at: "text in it",
  },
  {
    name: "tar",
    path: "a.tar",
    make: (key) =>
      tarOf([
        { name: "d/", type: "5" },
        { name: "l", type: "2", link: "../../etc/passwd" },
        { name: "../../up.txt", content: `one\n${key}` },
      ]),
    entry: "../../up.txt",
    at: "2:1",
  },
  {
    name: "zip in tar.gz in zip",
    path: "a.zip",
    make: (key) =>
      zipOf([
        {
          name: "b.tar.gz",
          content: gzipSync(
            tarOf([{ name: "c.zip", content: zipOf([{ name: "d.txt", content: `x ${key}` }]) }]),
          ),
        },
      ]),
    entry: "b.tar.gz!b.tar!c.zip!d.txt",
    at: "1:3",
  },
  {
    name: "GitHub log archive",
    path: "logs_1.zip",
    make: (key) =>
      zipOf([
        {
          name: "build/2_Run tests.txt",
          content: `\ufeff2026-01-01T00:00:00.0000000Z one\r\n2026-01-01T00:00:00.1000000Z k ${key}\r\n`,
        },
      ]),
    entry: "build/2_Run tests.txt",
    within: "job build, step 2 (Run tests)",
    at: "2:32",
  },
  {
    name: "GitLab job log",
    path: "job.log",
    make: (key) =>
      `${ESC}[0KRunning with gitlab-runner\nsection_start:1560896352:step\r${ESC}[0K${ESC}[32;1m$ run${ESC}[0;m\nk ${half(key)[0]}${ESC}[0m${half(key)[1]}\n`,
    at: "3:3",
  },
  {
    name: "GitLab job log with times, a line that goes on",
    path: "job.log",
    make: (key) =>
      `2026-01-01T00:00:00.000000Z 00O ${ESC}[0KRunning with\n2026-01-01T00:00:00.000000Z 00O k ${half(key)[0]}\n2026-01-01T00:00:00.000000Z 00O+${half(key)[1]}\n`,
    at: "2:35",
  },
];

const scan = async (path: string, source: ByteSource) => {
  const { found, unread } = await scanner.scan({ path, source });
  return { unread, found: found.filter(({ match }) => match.rule.rank === 0) };
};

for (const carrier of carriers)
  test(`found in ${carrier.name}`, async () => {
    for (const [i, key] of keys.entries()) {
      const bytes = Buffer.from(carrier.make(key));
      for (const source of [bytesSource(bytes), piped(bytes, 7), piped(bytes, 100_000)]) {
        const { found, unread } = await scan(carrier.path, source);
        assert.deepEqual(unread, []);
        assert.deepEqual(
          found.map(({ match, entry, within }) => ({ value: match.value.toString(), entry, within })),
          [{ value: key, entry: carrier.entry, within: carrier.within }],
          `${carrier.name}: ${key.slice(0, 6)}`,
        );
        const text = bytes.toString("latin1");
        const [one] = found;
        const where = `${one?.line}:${one?.column}`;
        if (/^\d/.test(carrier.at)) assert.equal(where, carrier.at);
        else if (carrier.at === "text") {
          assert.equal(String(one?.line), line(text, key));
          assert.equal(text.slice(one?.offset).slice(0, 5), key.slice(0, 5));
        }
      }
      const control = Buffer.from(carrier.make(misses[i] ?? ""));
      assert.deepEqual(
        (await scan(carrier.path, bytesSource(control))).found,
        [],
        "nothing in the same carrier",
      );
    }
  });

test("pictures and ids make no noise", async () => {
  const picture = fake("", 400, "base64").repeat(200);
  const text = output({
    output_type: "display_data",
    data: {
      "image/png": `iVBOR${picture}`,
      "text/html": `<img src="data:image/png;base64,${picture}" token="x">`,
    },
  });
  const { found } = await scanner.scan({ path: "n.ipynb", source: bytesSource(Buffer.from(text)) });
  assert.deepEqual(found, []);
  const raw = Buffer.from(
    text.replace("iVBOR", `iVBOR${keys[0]}`).replace('token=\\"x', `token=\\"${keys[0]}`),
  );
  assert.equal((await scan("n.ipynb", bytesSource(raw))).found.length, 1, "the attribute beside it is read");
});
