import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import { inspect } from "node:util";
import fc from "fast-check";
import { fake } from "../../test/support/fake.ts";
import { scale } from "../../test/support/scale.ts";
import type { StoredSecretRef } from "../core/finding.ts";
import { createDetector } from "../detect/detector.ts";
import { providers } from "../providers/index.ts";
import { reports } from "../report/index.ts";
import { isEnvFile } from "./env-files.ts";
import { previewOf, type Sighting } from "./finding.ts";
import type { Identifier } from "./identify.ts";
import { PositionCounter } from "./places.ts";
import { settle } from "./session.ts";
import { scanBytes, scanTree, type ScanTreeOptions } from "./tree.ts";

const detector = createDetector({ providers });
const hf = (): string => fake("hf_", 34);
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

function tree(
  context: { after(fn: () => void): void },
  files: Readonly<Record<string, string | Buffer>>,
): string {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-scan-"));
  context.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

async function collect(root: string, options: Partial<ScanTreeOptions> = {}) {
  const scan = scanTree({ root, detector, ...options });
  const sightings: Sighting[] = [];
  for await (const sighting of scan) sightings.push(sighting);
  const findings = sightings.map(({ finding }) => finding);
  return {
    sightings,
    findings,
    summary: scan.summary,
    at: findings.map(({ place }) => `${place.path}:${place.line}:${place.column}`),
  };
}

test("finds keys in text and binary files, in the order of paths, with exact places", async (t) => {
  const key = hf();
  const root = tree(t, {
    "b/train.py": `import os\n\ntoken = "${key}"\n`,
    "a.bin": Buffer.concat([Buffer.from([0, 255, 10, 0]), Buffer.from(key), Buffer.from([0])]),
    "c.txt": `ü ${key}`,
    empty: "",
    ".env": `HF_TOKEN=${key}\n`,
    "node_modules/x/index.js": key,
    ".git/config": key,
  });
  const { sightings, findings, summary, at } = await collect(root);
  assert.deepEqual(at, [".env:1:10", "a.bin:2:2", "b/train.py:3:10", "c.txt:1:4"]);
  assert.deepEqual(
    findings.map(({ place }) => place.endColumn - place.column),
    [37, 37, 37, 37],
  );
  assert.ok(sightings.every(({ trace }) => trace.sha256 === sha256(key)));
  assert.ok(findings.every(({ opens }) => opens !== undefined));
  assert.deepEqual(
    [summary.files, summary.findings, summary.envFiles, summary.unreadable],
    [5, 4, [".env"], []],
  );
  assert.deepEqual(
    (await collect(root, { nodeModules: true })).at.includes("node_modules/x/index.js:1:1"),
    true,
  );
});

test("a sighting shows no hash of its value, however it is printed", async () => {
  const key = hf();
  const { value: sighting } = await scanBytes({ bytes: Buffer.from(key), path: "a", detector }).next();
  assert.ok(typeof sighting === "object");
  const printed = `${JSON.stringify(sighting)}${inspect(sighting, { depth: 9, showHidden: true })}`;
  for (const hash of [sighting.trace.sha256, sighting.trace.sha1]) {
    assert.ok(!printed.includes(hash));
    assert.ok(`${printed}${hash}`.includes(hash), "the search itself works");
  }
  const joined = [...sighting.trace.digests].join();
  assert.ok(joined.includes(sha256(key)));
});

test("what cannot be read is named, special files and links are left alone", async (t) => {
  const key = hf();
  const root = tree(t, { "real.txt": key, "big.txt": "x".repeat(5000) });
  const outside = tree(t, { "secret.txt": hf() });
  symlinkSync(outside, join(root, "linked-folder"));
  symlinkSync(join(outside, "secret.txt"), join(root, "linked-file"));
  symlinkSync("nowhere", join(root, "broken"));
  symlinkSync(".", join(root, "loop"));
  spawnSync("mkfifo", [join(root, "pipe")]);
  const { at, summary } = await collect(root, { maxFileSize: 4000 });
  assert.deepEqual(at, ["real.txt:1:1"]);
  assert.deepEqual(summary.unreadable, [{ path: "big.txt", reason: "larger than the limit of 4000 bytes" }]);
  assert.equal(summary.special, 1);
  assert.deepEqual((await collect(join(root, "missing"))).summary.unreadable.length, 1);
  const asked = await collect(join(root, "pipe"));
  assert.equal(
    asked.summary.unreadable[0]?.reason,
    "neither a file nor a folder",
    "a pipe asked for by name",
  );
});

test("a file closed to us makes the scan incomplete", async (t) => {
  const root = tree(t, { "closed.txt": hf(), "open.txt": hf() });
  chmodSync(join(root, "closed.txt"), 0);
  chmodSync(root, 0o755);
  const isRoot = process.getuid?.() === 0;
  if (isRoot) process.seteuid?.(12_345); // root reads everything, so root looks as somebody else
  const { at, summary } = await collect(root).finally(() => isRoot && process.seteuid?.(0));
  assert.deepEqual(at, ["open.txt:1:1"]);
  assert.deepEqual(summary.unreadable, [{ path: "closed.txt", reason: "EACCES: permission denied" }]);
});

test("names that are not UTF-8 and one file as root", async (t) => {
  const root = tree(t, { "one.txt": hf() });
  writeFileSync(Buffer.concat([Buffer.from(`${root}/`), Buffer.from([0xff, 0x61])]), hf());
  const { findings, summary } = await collect(root);
  assert.equal(findings.length, 2);
  assert.deepEqual(summary.unreadable, []);
  assert.deepEqual((await collect(join(root, "one.txt"))).at, ["one.txt:1:1"]);
});

test("what git ignores is left out when asked, and only then", async (t) => {
  const root = tree(t, { ".gitignore": "data/\n", "data/x.txt": hf(), "y.txt": hf() });
  execFileSync("git", ["init", "-q", root]);
  assert.deepEqual((await collect(root)).at, ["data/x.txt:1:1", "y.txt:1:1"]);
  assert.deepEqual((await collect(root, { respectGitignore: true })).at, ["y.txt:1:1"]);
  const plain = tree(t, { ".gitignore": "data/\n", "data/x.txt": hf() });
  assert.deepEqual((await collect(plain, { respectGitignore: true })).at, ["data/x.txt:1:1"]);
});

test("a file larger than a chunk is streamed, with the same places", async (t) => {
  const key = hf();
  const lines = `${"a".repeat(99)}\n`.repeat(30_000);
  const root = tree(t, { "big.log": `${lines}x ${key}\n${lines}${key}` });
  assert.deepEqual((await collect(root)).at, ["big.log:30001:3", "big.log:60002:1"]);
});

const notebook = (key: string, other: string): string =>
  JSON.stringify(
    {
      cells: [
        { cell_type: "markdown", metadata: {}, source: ['# title, with [brackets] {and} "quotes"\n'] },
        {
          cell_type: "code",
          metadata: {},
          source: ["import os\n", `os.environ["HF_TOKEN"] = "${key}"\n`],
          outputs: [
            { output_type: "stream", text: ["ok\n"] },
            {
              output_type: "execute_result",
              data: { "text/html": [`<td>${other}</td>`], "text/plain": `'\u001b[31m${other}\u001b[0m'` },
            },
          ],
        },
        { cell_type: "code", attachments: { "a.txt": key } },
      ],
      metadata: { note: key },
    },
    null,
    1,
  );

test("findings in a notebook name their cell", async (t) => {
  const [key, other] = [hf(), hf()];
  const root = tree(t, { "n.ipynb": notebook(key, other), "broken.ipynb": `{"cells": [{"source": ["${key}` });
  const { sightings, findings } = await collect(root);
  assert.deepEqual(
    findings.map(({ place }) => `${place.path}: ${place.within}`),
    [
      "broken.ipynb: cell 1, source",
      "n.ipynb: cell 2, source",
      "n.ipynb: cell 2, output 2",
      "n.ipynb: cell 2, output 2",
      "n.ipynb: cell 3, attachments",
      "n.ipynb: notebook metadata",
    ],
  );
  assert.deepEqual(
    sightings.map(({ trace }) => trace.sha256),
    [key, key, other, other, key, key].map(sha256),
  );
});

test("positions do not depend on how the bytes are cut", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(10, 13, 97), { maxLength: 100 }),
      fc.array(fc.nat(110), { maxLength: 10 }),
      fc.integer({ min: 1, max: 20 }),
      (raw, offsets, size) => {
        const bytes = Uint8Array.from(raw);
        const counter = new PositionCounter(offsets);
        for (let at = 0; at < bytes.length; at += size) counter.push(bytes.subarray(at, at + size));
        for (const offset of offsets) {
          const before = raw.slice(0, offset);
          const expected = {
            line: before.filter((byte) => byte === 10).length + 1,
            column: offset - (before.lastIndexOf(10) + 1) + 1,
          };
          assert.deepEqual(counter.at(offset), expected);
        }
      },
    ),
    { numRuns: scale(200, 5000) },
  );
});

const stored: StoredSecretRef = {
  project: "fraud",
  environment: "dev",
  secret: "hub",
  field: "value",
  path: "secret/data/fraud/dev/hub",
  version: 1,
  current: true,
  production: false,
  stages: [],
};

test("the store is asked by hash alone and says which secret it is", async (t) => {
  const [known, unknown] = [hf(), hf()];
  const pem = `-----BEGIN PRIVATE KEY-----\n${fake("", 64, "base64")}\n${fake("", 64, "base64")}\n-----END PRIVATE KEY-----`;
  const root = tree(t, { "a.txt": `${known} ${unknown}`, "key.pem": `${pem}\n` });
  const asked: string[] = [];
  const identifier: Identifier = {
    lookup: (hashes) => {
      asked.push(...hashes);
      const all = new Map([
        [sha256(known), [stored]],
        [sha256(`${pem}\n`), [{ ...stored, secret: "signing" }]],
      ]);
      return Promise.resolve(new Map([...all].filter(([hash]) => hashes.includes(hash))));
    },
  };
  const { secrets } = await settle(scanTree({ root, detector }), { identifier });
  assert.deepEqual(secrets.map(({ places, stored: ref }) => `${places[0]?.path}: ${ref?.secret}`).sort(), [
    "a.txt: hub",
    "a.txt: undefined",
    "key.pem: signing",
  ]);
  assert.ok(asked.every((hash) => /^[0-9a-f]{64}$/.test(hash)));
  const failing: Identifier = { lookup: () => Promise.reject(new Error("store is sealed")) };
  await assert.rejects(settle(scanTree({ root, detector }), { identifier: failing }), /store is sealed/);
});

test("no report holds a value, nor more than four of its random characters", async (t) => {
  const samples = [hf(), fake("sk-ant-api03-", 95, "base64url"), fake("AKIA", 16, "upper")];
  const password = fake("", 12);
  const generic = fake("", 40, "alnum", "generic");
  const root = tree(t, {
    "leaks.txt": `${samples.join("\n")}\nredis://app:${password}@cache/0\nACME_API_KEY="${generic}"\n`,
  });
  const scan = scanTree({ root, detector });
  const { secrets, traceOf } = await settle(scan, {});
  assert.equal(secrets.length, 5);
  const context = { version: "1", ...scan.summary, allowed: secrets, started: 0, ended: 0 };
  for (const report of reports) {
    const out = report.render(secrets, context);
    for (const secret of secrets)
      for (const hash of [...(traceOf(secret)?.digests ?? [""]), traceOf(secret)?.sha1 ?? ""]) {
        assert.equal(out.indexOf(hash.slice(0, 16)), -1, `${report.id} holds a plain hash`);
        assert.ok(`${out}${hash}`.includes(hash.slice(0, 16)), "the search itself works");
      }
    for (const value of [...samples, password, generic]) {
      assert.ok(!out.includes(value), report.id);
      const random = value.replace(/^(?:hf_|sk-ant-api03-|AKIA)/, "");
      assert.ok(
        !out.includes(random.slice(0, 5)) && !out.includes(random.slice(-5)),
        `${report.id} shows too much`,
      );
      assert.ok(`${out}${value}`.includes(value), "the search itself works");
    }
    const length = samples[0]?.length;
    assert.match(out, new RegExp(`${length} characters`), report.id);
  }
  const rule = detector.rules.find(({ id }) => id === "url-password");
  assert.ok(rule !== undefined);
  assert.equal(previewOf({ rule, value: Buffer.from(password) }), "… (12 characters)");
});

test("files that hold an environment are known by name", () => {
  const yes = [".env", "a/.env", ".env.local", ".env.production", "prod.env", ".envrc"];
  const no = [
    ".env.example",
    ".env.sample",
    "example.env",
    "env",
    "environment.yml",
    ".environment",
    "a.env/b",
  ];
  assert.deepEqual([...yes, ...no].filter(isEnvFile), yes);
});
