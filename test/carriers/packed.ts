/** Archives, logs of CI systems, and binary files. */
import { DatabaseSync } from "node:sqlite";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { tarOf, zipOf } from "../support/archives.ts";
import { type Carrier, ESC, json } from "./types.ts";

const JOB_TIME = "2026-01-01T00:00:00.000000Z 00O";
const latin = (text: string): Buffer => Buffer.from(text, "latin1");

/** A database as SQLite itself writes it. */
function database(statements: readonly string[], row: readonly (string | Buffer)[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-carrier-"));
  try {
    const path = join(folder, "a.db");
    const opened = new DatabaseSync(path);
    for (const statement of statements) opened.exec(statement);
    opened.prepare(`INSERT INTO keys VALUES (${row.map(() => "?").join()})`).run(...row);
    opened.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const archives: readonly Carrier[] = [
  {
    name: "gzip log",
    path: "app.log.gz",
    make: ({ text }) => gzipSync(`one\ntwo ${text}\n`),
    entry: "app.log",
    where: { starts: "2:5" },
  },
  {
    name: "gzip in parts",
    path: "app.log.gz",
    make: ({ halves: [a, b] }) =>
      Buffer.concat([gzipSync(`one\ntwo ${a}`), gzipSync(`${b}\n`), Buffer.from("padding")]),
    entry: "app.log",
    where: { starts: "2:5" },
  },
  {
    name: "zstd in parts",
    path: "app.log.zst",
    make: ({ halves: [a, b] }) =>
      Buffer.concat([zstdCompressSync(`one\ntwo ${a}`), zstdCompressSync(`${b}\n`)]),
    entry: "app.log",
    where: { starts: "2:5" },
  },
  {
    name: "zip",
    path: "a.zip",
    make: ({ text }) => zipOf([{ name: "x/" }, { name: "x/a.py", content: `\nk = ${text}` }]),
    entry: "x/a.py",
    where: { starts: "2:5" },
  },
  {
    name: "zip, stored, with data before it",
    path: "a.pyz.zip",
    make: ({ text }) =>
      zipOf([
        { name: "one", method: 0 },
        { name: "a.py", method: 0, content: `\nk = ${text}` },
      ]),
    entry: "a.py",
    where: { starts: "2:5" },
  },
  {
    name: "zip, zstd, sizes behind",
    path: "a.conda",
    make: ({ text }) => zipOf([{ name: "a.py", method: 93, descriptor: true, content: `\nk = ${text}` }]),
    entry: "a.py",
    where: { starts: "2:5" },
  },
  {
    name: "jar",
    path: "a.jar",
    make: ({ text }) =>
      zipOf([
        { name: "META-INF/MANIFEST.MF", content: "x" },
        { name: "app.properties", content: `k=${text}` },
      ]),
    entry: "app.properties",
    where: { starts: "1:3" },
  },
  {
    name: "an office document",
    path: "a.docx",
    make: ({ text }) => zipOf([{ name: "word/document.xml", content: `<w:t>${text}</w:t>` }]),
    entry: "word/document.xml",
    where: { starts: "1:6" },
  },
  {
    name: "wheel with a notebook",
    path: "a-1-py3-none-any.whl",
    make: ({ text }) => zipOf([{ name: "a/n.ipynb", content: json({ cells: [{ source: [`k=${text}`] }] }) }]),
    entry: "a/n.ipynb",
    within: "cell 1, source",
    where: { starts: "5:8" },
    not: { "google-service-account": "quotes before it are escaped there, which moves its column" },
  },
  {
    name: "tar",
    path: "a.tar",
    make: ({ text }) =>
      tarOf([
        { name: "d/", type: "5" },
        { name: "l", type: "2", link: "../../etc/passwd" },
        { name: "../../up.txt", content: `one\n${text}` },
      ]),
    entry: "../../up.txt",
    where: { starts: "2:1" },
  },
  {
    name: "zip in tar.gz in zip",
    path: "a.zip",
    make: ({ text }) =>
      zipOf([
        {
          name: "b.tar.gz",
          content: gzipSync(
            tarOf([{ name: "c.zip", content: zipOf([{ name: "d.txt", content: `x ${text}` }]) }]),
          ),
        },
      ]),
    entry: "b.tar.gz!b.tar!c.zip!d.txt",
    where: { starts: "1:3" },
  },
];

const logs: readonly Carrier[] = [
  {
    name: "GitHub log archive",
    path: "logs_1.zip",
    make: ({ text }) =>
      zipOf([
        {
          name: "build/2_Run tests.txt",
          content: `\ufeff2026-01-01T00:00:00.0000000Z one\r\n2026-01-01T00:00:00.1000000Z k ${text}\r\n`,
        },
      ]),
    entry: "build/2_Run tests.txt",
    within: "job build, step 2 (Run tests)",
    where: { starts: "2:32" },
  },
  {
    name: "GitLab job log",
    path: "job.log",
    make: ({ halves: [a, b] }) =>
      `${ESC}[0KRunning with gitlab-runner\nsection_start:1560896352:step\r${ESC}[0K${ESC}[32;1m$ run${ESC}[0;m\nk ${a}${ESC}[0m${b}\n`,
    where: { starts: "3:3" },
  },
  {
    name: "GitLab job log with times, a line that goes on",
    path: "job.log",
    make: ({ halves: [a, b] }) => `${JOB_TIME} ${ESC}[0KRunning with\n${JOB_TIME} k ${a}\n${JOB_TIME}+${b}\n`,
    where: { starts: "2:35" },
  },
];

/** How a program writes a string: its length before it, in one byte or four, or a 0 behind it. */
const binary: readonly Carrier[] = [
  {
    name: "SQLite, a column of its own",
    path: "a.db",
    make: ({ text }) => database(["CREATE TABLE keys (value TEXT)"], [text]),
    where: "text",
  },
  {
    name: "SQLite, right behind another column",
    path: "a.db",
    make: ({ text }) => database(["CREATE TABLE keys (name TEXT, value TEXT)"], ["service", text]),
    where: "text",
  },
  {
    name: "SQLite, between columns, as bytes",
    path: "a.db",
    make: ({ text }) =>
      database(["CREATE TABLE keys (a TEXT, b BLOB, c TEXT)"], ["service1", latin(text), "x9 more"]),
    where: "text",
  },
  {
    name: "SQLite, a value over several pages",
    path: "a.sqlite3",
    make: ({ halves: [a, b] }) =>
      database(
        ["PRAGMA page_size=1024", "CREATE TABLE keys (name TEXT, value TEXT)"],
        ["log", `${"=".repeat(700)} ${a}${b} ${"-".repeat(3000)}`],
      ),
    where: "text",
  },
  {
    name: "pickle",
    path: "a.pkl",
    make: ({ text }) =>
      Buffer.concat([
        Buffer.from([0x80, 4, 0x95, text.length + 20, 0, 0, 0, 0, 0, 0, 0]),
        ...(text.length < 256
          ? [Buffer.from([0x8c, text.length])]
          : [Buffer.from([0x58, text.length & 255, text.length >> 8, 0, 0])]),
        latin(text),
        Buffer.from([0x94, 0x2e]),
      ]),
    where: "text",
  },
  {
    name: "MessagePack",
    path: "a.msgpack",
    make: ({ text }) =>
      Buffer.concat([
        Buffer.from([0x81, 0xa1, 0x6b]),
        text.length < 256
          ? Buffer.from([0xd9, text.length])
          : Buffer.from([0xda, text.length >> 8, text.length & 255]),
        latin(text),
      ]),
    where: "text",
  },
  {
    name: "protocol buffers",
    path: "a.pb",
    make: ({ text }) =>
      Buffer.concat([
        Buffer.from([0x08, 0x01, 0x12]),
        text.length < 128
          ? Buffer.from([text.length])
          : Buffer.from([(text.length & 127) | 128, text.length >> 7]),
        latin(text),
        Buffer.from([0x18, 0x05]),
      ]),
    where: "text",
  },
  {
    name: "a program's strings",
    path: "a.bin",
    make: ({ text }) => Buffer.concat([latin("\x7fELF\x02\x01\x01\0\0one\0"), latin(text), latin("\0two\0")]),
    where: "text",
  },
  {
    name: "text in a picture",
    path: "a.png",
    make: ({ text }) =>
      Buffer.concat([
        latin("\x89PNG\r\n\x1a\n\0\0\0\xfftEXtComment\0"),
        latin(text),
        latin("\x12\x34\x56\x78"),
      ]),
    where: "text",
  },
];

export const packed: readonly Carrier[] = [...archives, ...logs, ...binary];
