/** The audit log of a real server: damage of any kind is found, and without a log that can be written nothing is served. */
import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type Anchor, openAuditLog, readAuditLog, verifyAuditLog } from "../../src/audit-log/index.ts";
import { openLocal } from "../../src/server/local.ts";
import { applyOver, loginAs, putAll } from "../support/declared.ts";
import { fake } from "../support/fake.ts";
import { UNPRIVILEGED, dropRoot, smallDisk, spawnProgram, spawnServer } from "../support/process.ts";
import { type Rest, rest } from "../support/rest.ts";
import { scale } from "../support/scale.ts";

const home = mkdtempSync(join(tmpdir(), "bulkhead-audit-"));
const folder = join(home, "audit");
const RUN = {
  run: "r-1",
  project: "fraud",
  stage: "train",
  environment: "prod",
  commit: "0123abcd",
  actor: "ci",
};
let file = "";
let lines: string[] = [];
let anchors: Anchor[] = [];
let accessor = "";

before(async () => {
  // the second server recovers what the first, killed one left
  const first = await spawnServer({ home });
  const before = rest(first.address, first.token);
  await before("POST", "secret/data/first", { data: { value: fake("a", 20) } });
  before.close();
  await first.end();
  appendFileSync(join(folder, readdirSync(folder).find((name) => name.endsWith(".jsonl")) ?? ""), torn());
  const server = await spawnServer({ home });
  const root = rest(server.address, server.token);
  await applyOver(server.address, server.token);
  await putAll(root);
  const login = await loginAs(root, "fraud.train.prod", RUN);
  accessor = login.accessor;
  const own = root.as(login.token);
  assert.equal((await own("GET", "secret/data/fraud/prod/wandb")).status, 200);
  assert.equal((await own("GET", "secret/data/fraud/dev/wandb")).status, 403);
  await own("GET", "auth/token/lookup-self");
  await root("LIST", "secret/metadata/fraud/dev");
  await root("GET", "secret/data/nothing");
  await root("DELETE", "secret/data/fraud/dev/hub");
  await root("PATCH", "secret/data/fraud/dev/wandb", { data: { more: fake("m", 20) } });
  await root("POST", "secret/data/x", "{");
  await root.as(null)("GET", "sys/health");
  await root.as("hvs.wrong")("GET", "secret/data/x");
  await root.as(null)("POST", "auth/approle/login", { role_id: "x", secret_id: "y" });
  root.close();
  assert.equal(await server.end("SIGTERM"), 0);
  const [name, ...others] = readdirSync(folder).filter((one) => one.endsWith(".jsonl"));
  assert.ok(name !== undefined && others.length === 0);
  file = join(folder, name);
  lines = readFileSync(file, "utf8").trimEnd().split("\n");
  const local = await openLocal({ home });
  anchors = await local.kernel.auditAnchors();
  await local.close();
});

/** The beginning of the next line, as a writer leaves it that was killed while it wrote. */
function torn(): string {
  const name = readdirSync(folder).find((one) => one.endsWith(".jsonl")) ?? "";
  const last = readFileSync(join(folder, name), "utf8").trimEnd().split("\n").at(-1) ?? "";
  const { seq, hash } = JSON.parse(last) as { seq: number; hash: string };
  return `{"seq":${seq + 1},"time":"2026-01-01T00:00:00.000Z","prev":"${hash}","type":"requ`;
}

after(() => rmSync(home, { recursive: true, force: true }));

/** The log with other lines in its file, checked; then as it was. */
async function verified(changed: readonly string[] | null, known: readonly Anchor[] = []): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), "bulkhead-audit-copy-"));
  try {
    if (changed !== null)
      writeFileSync(join(copy, "0001.00001.jsonl"), changed.map((line) => `${line}\n`).join(""));
    const reports = await verifyAuditLog(copy, { anchors: known });
    const problem = reports.find(({ ok }) => !ok)?.problem;
    return problem === undefined || problem === null ? "ok" : `line ${problem.line} ${problem.what}`;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

interface Entry {
  readonly type: string;
  readonly operation?: string;
  readonly status?: number;
  readonly error?: string;
  readonly granted?: unknown;
  readonly auth?: unknown;
}
const kindOf = (line: string): string => {
  const { type, operation, status, error, granted, auth } = JSON.parse(line) as Entry;
  return [type, operation, status, error === undefined ? "" : "error", granted && "granted", auth && "auth"]
    .filter(Boolean)
    .join(" ");
};

test("every kind of line is covered, and the log as it was written verifies against its anchors", async () => {
  assert.equal(await verified(lines, anchors), "ok");
  assert.equal(anchors.length, 1);
  assert.equal(anchors[0]?.seq, lines.length, "the anchor of a clean close is the last line");
  const kinds = new Set(lines.map(kindOf));
  for (const part of [
    "recovered",
    "request",
    "response",
    "granted",
    "error",
    " 403",
    " 404",
    " 400",
    "list",
    "patch",
  ])
    assert.ok(
      [...kinds].some((kind) => kind.includes(part)),
      `${part} in ${[...kinds].join("; ")}`,
    );
});

test("a changed line of any kind is found where it stands, whatever in it was changed", async () => {
  const seen = new Set<string>();
  let checked = 0;
  for (const [at, line] of lines.entries()) {
    const kind = kindOf(line);
    if (seen.has(kind)) continue;
    seen.add(kind);
    const changes = [
      line.replace('"seq":', '"seq":1'),
      line.replace(/"time":"20/, '"time":"21'),
      line.replace(/"path":"/, '"path":"x'),
      line.replace(/"type":"(\w)/, '"type":"X'),
      line.replace(/"remote":"127/, '"remote":"128'),
      line.replace(/("status":)\d+/, "$1200 "),
      line.replace(/"hash":"(.)/, (_, first: string) => `"hash":"${first === "0" ? "1" : "0"}`),
      line.replace(/"prev":"(.)/, (_, first: string) => `"prev":"${first === "0" ? "1" : "0"}`),
      line.replace('"hash"', '"note":"added","hash"'),
      line.replace("{", "{ "),
      `${line} `,
      line.slice(0, -1),
      "",
    ];
    for (const changed of changes) {
      if (changed === line) continue;
      const found = await verified(lines.with(at, changed), anchors);
      assert.match(found, new RegExp(`^line ${at + 1} `), `${kind}: ${changed.slice(0, 200)}`);
      checked++;
    }
    // every byte of the line counts
    for (let byte = 0; byte < line.length; byte += scale(31, 3)) {
      const other = line[byte] === "x" ? "y" : "x";
      const found = await verified(lines.with(at, line.slice(0, byte) + other + line.slice(byte + 1)));
      assert.match(found, new RegExp(`^line ${at + 1} `), `${kind} byte ${byte}`);
      checked++;
    }
  }
  assert.ok(seen.size > 12 && checked > 300, `${seen.size} kinds, ${checked} changes`);
});

test("a line that is cut out, doubled, moved or slipped in is found", async () => {
  for (let at = 0; at < lines.length - 1; at += 3) {
    assert.notEqual(await verified(lines.toSpliced(at, 1)), "ok", `cut ${at}`);
    assert.notEqual(await verified(lines.toSpliced(at, 0, lines[at] as string)), "ok", `doubled ${at}`);
    assert.notEqual(
      await verified(lines.with(at, lines[at + 1] as string).with(at + 1, lines[at] as string)),
      "ok",
      `swapped ${at}`,
    );
  }
});

test("a cut tail chains, and is found against the anchors that the store keeps", async () => {
  for (const cut of [1, 2, 10, lines.length - 1, lines.length]) {
    const rest = lines.slice(0, lines.length - cut);
    assert.equal(await verified(rest), "ok", "the chain alone cannot tell");
    assert.match(await verified(rest, anchors), /cut off|missing/, `${cut} lines`);
  }
  assert.match(await verified(null, anchors), /missing/, "the whole file");
  // a log made anew by somebody who can write the folder
  const forged = mkdtempSync(join(tmpdir(), "bulkhead-forged-"));
  const log = await openAuditLog({ folder: forged });
  for (const line of lines) {
    const { seq: _s, time: _t, prev: _p, hash: _h, ...entry } = JSON.parse(line) as Record<string, unknown>;
    await log.append({ ...entry, remote: "10.0.0.1" });
  }
  await log.close();
  writeFileSync(join(forged, "node"), readFileSync(join(folder, "node")));
  assert.ok((await verifyAuditLog(forged)).every(({ ok }) => ok));
  assert.ok((await verifyAuditLog(forged, { anchors })).some(({ ok }) => !ok));
  rmSync(forged, { recursive: true, force: true });
});

test("the server that starts after its log was cut says nothing, and the cut still shows", async () => {
  const copy = mkdtempSync(join(tmpdir(), "bulkhead-cut-"));
  try {
    const { cpSync } = await import("node:fs");
    cpSync(home, copy, { recursive: true });
    const path = join(copy, "audit", "0001.00001.jsonl");
    truncateSync(
      path,
      lines.slice(0, -5).reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0),
    );
    const server = await spawnServer({ home: copy });
    const root = rest(server.address, server.token);
    for (let at = 0; at < 20; at++) await root("GET", "sys/mounts");
    root.close();
    await server.end("SIGTERM");
    const reports = await verifyAuditLog(join(copy, "audit"), { anchors });
    assert.ok(
      reports.some(({ ok }) => !ok),
      "against the anchors from before",
    );
    const local = await openLocal({ home: copy });
    const kept = await local.kernel.auditAnchors();
    await local.close();
    const now = await verifyAuditLog(join(copy, "audit"), { anchors: kept });
    assert.ok(
      now.some(({ ok }) => !ok),
      "against the anchors that the store keeps now",
    );
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

test("the entries of a stage's requests name run, stage, environment and commit, also where it was refused", async () => {
  const seen: string[] = [];
  for await (const { entry } of readAuditLog(folder)) {
    const { auth, type, path, status } = entry as {
      auth: { metadata: Record<string, string>; accessor: string; policies: string[] } | null;
      type: string;
      path: string;
      status?: number;
    };
    if (auth?.metadata.run !== RUN.run) continue;
    assert.deepEqual(auth.metadata, { ...RUN, role_name: "fraud.train.prod" });
    assert.deepEqual(auth.policies, ["fraud.train.prod"]);
    assert.ok(!auth.accessor.includes(accessor), "the accessor is hashed");
    seen.push(`${type} ${path} ${status ?? ""}`.trim());
  }
  assert.deepEqual(seen, [
    "request secret/data/fraud/prod/wandb",
    "response secret/data/fraud/prod/wandb 200",
    "request secret/data/fraud/dev/wandb",
    "response secret/data/fraud/dev/wandb 403",
    "request auth/token/lookup-self",
    "response auth/token/lookup-self 200",
  ]);
});

/** Reads and writes until the log refuses; then everything is refused, and what was refused changed nothing. */
async function refusesAll(root: Rest): Promise<void> {
  const stage = root.as(null);
  for (const [method, path, body] of [
    ["GET", "secret/data/kept"],
    ["POST", "secret/data/kept", { data: { value: fake("late_", 20) } }],
    ["PATCH", "secret/data/kept", { data: { value: fake("late_", 20) } }],
    ["DELETE", "secret/data/kept"],
    ["DELETE", "secret/metadata/kept"],
    ["PUT", "secret/destroy/kept", { versions: [1] }],
    ["POST", "secret/data/late", { data: { value: fake("late_", 20) } }],
    ["LIST", "secret/metadata/"],
    ["POST", "auth/token/create", { policies: ["default"] }],
    ["PUT", "sys/policies/acl/late", { policy: 'path "x" { capabilities = ["read"] }' }],
    ["POST", "sys/mounts/late", { type: "kv", options: { version: "2" } }],
    ["GET", "sys/mounts"],
    ["PUT", "sys/seal"],
  ] as const) {
    const { status, text } = await root(method, path, body);
    assert.equal(status, 500, `${method} ${path}: ${text}`);
    assert.match(
      text,
      /the audit log in .* cannot be written: (ENOSPC|EACCES|EROFS|ENOTDIR)/,
      `${method} ${path}`,
    );
  }
  const login = { role_id: "x", secret_id: "y" };
  assert.equal((await stage("POST", "auth/approle/login", login)).status, 500, "logins too");
}

async function servesAgain(root: Rest, value: string): Promise<void> {
  const kept = await root("GET", "secret/data/kept");
  assert.equal(kept.status, 200, kept.text);
  assert.equal(kept.json.data?.data?.value, value);
  assert.equal(kept.json.data?.metadata?.version, 1);
  assert.equal((await root("GET", "secret/data/late")).status, 404);
  assert.equal((await root("GET", "sys/policies/acl/late")).status, 404);
  const mounts = (await root("GET", "sys/mounts")).json.data;
  assert.ok(mounts !== undefined && !Object.hasOwn(mounts, "late/"));
  assert.equal((await root("POST", "secret/data/late", { data: { value: "now" } })).status, 200);
}

const noProblem = async (path: string): Promise<void> => {
  assert.deepEqual(
    (await verifyAuditLog(path)).filter(({ ok }) => !ok),
    [],
  );
};

test("on a full disk under the audit log every request is refused, reads too; with space it goes on", async (t) => {
  const own = mkdtempSync(join(tmpdir(), "bulkhead-full-"));
  const disk = join(own, "audit");
  mkdirSync(disk, { mode: 0o700 });
  const wrap = smallDisk(disk, "128k");
  if (typeof wrap === "string") return t.skip(wrap);
  const server = await spawnServer({ home: own, wrap });
  const root = rest(server.address, server.token);
  const inside = `/proc/${server.pid}/root${disk}`;
  try {
    const value = fake("kept_", 24);
    assert.equal((await root("POST", "secret/data/kept", { data: { value } })).status, 200);
    const filler = join(inside, "filler");
    const full = (): void => {
      for (const size of [65_536, 4_096])
        try {
          for (;;) appendFileSync(filler, Buffer.alloc(size, 1));
        } catch (error) {
          assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
        }
    };
    full();
    // the log's own last page still has room for a few entries; the shortest request fills it
    for (let tries = 0, refused = 0; refused < 3 && tries < 200; tries++)
      refused += (await root.as(null)("GET", "sys/health")).status === 500 ? 1 : 0;
    await refusesAll(root);
    rmSync(filler);
    await servesAgain(root, value);
    await noProblem(inside);
  } finally {
    root.close();
    await server.end("SIGTERM");
    rmSync(own, { recursive: true, force: true });
  }
});

test("on a full disk the space kept free is for answers alone, and is kept again when there is room", async (t) => {
  const own = mkdtempSync(join(tmpdir(), "bulkhead-reserve-"));
  const disk = join(own, "audit");
  mkdirSync(disk, { mode: 0o700 });
  const wrap = smallDisk(disk, "1m");
  if (typeof wrap === "string") return t.skip(wrap);
  const server = await spawnServer({ home: own, wrap });
  const inside = `/proc/${server.pid}/root${disk}`;
  try {
    const log = await openAuditLog({ folder: inside });
    await log.append({ n: 0 });
    const reserve = join(inside, "reserve");
    assert.equal(statSync(reserve).size, 256 * 1024);
    const filler = join(inside, "filler");
    for (const size of [65_536, 4_096])
      try {
        for (;;) appendFileSync(filler, Buffer.alloc(size, 1));
      } catch (error) {
        assert.equal((error as NodeJS.ErrnoException).code, "ENOSPC");
      }
    const long = "x".repeat(8_192);
    await assert.rejects(log.append({ n: 1, long }), /ENOSPC/);
    assert.ok(existsSync(reserve));
    const [request, answer] = await Promise.allSettled([
      log.append({ n: 2, long }),
      log.append({ n: 3, long }, { mayUseReserve: true }),
    ]);
    assert.deepEqual([request.status, answer.status], ["rejected", "fulfilled"]);
    assert.ok(!existsSync(reserve));
    rmSync(filler);
    for (let n = 4; n < 100; n++) await log.append({ n });
    assert.equal(statSync(reserve).size, 256 * 1024);
    await log.close();
    await noProblem(inside);
  } finally {
    await server.end("SIGTERM");
    rmSync(own, { recursive: true, force: true });
  }
});

test("with an audit folder that became read-only, an ordinary user's server refuses every request", async (t) => {
  const user = dropRoot();
  if (typeof user === "string") return t.skip(user);
  const own = mkdtempSync(join(tmpdir(), "bulkhead-ro-"));
  if (user.uid === UNPRIVILEGED) chownSync(own, user.uid, user.uid);
  const server = await spawnServer({ home: own, wrap: user.wrap });
  const root = rest(server.address, server.token);
  const disk = join(own, "audit");
  try {
    assert.equal(statSync(disk).uid, user.uid);
    const value = fake("kept_", 24);
    assert.equal((await root("POST", "secret/data/kept", { data: { value } })).status, 200);
    // its file is taken away and it may not make another
    const moved = mkdtempSync(join(tmpdir(), "bulkhead-moved-"));
    for (const name of readdirSync(disk)) {
      writeFileSync(join(moved, name), readFileSync(join(disk, name)));
      rmSync(join(disk, name));
    }
    chmodSync(disk, 0o500);
    await refusesAll(root);
    chmodSync(disk, 0o700);
    await servesAgain(root, value);
    await noProblem(disk);
    rmSync(moved, { recursive: true });
    root.close();
    assert.equal(await server.end("SIGTERM"), 0);
    // and a server cannot start on a log that it cannot write
    for (const name of readdirSync(disk)) chmodSync(join(disk, name), 0o400);
    chmodSync(disk, 0o500);
    await assert.rejects(spawnServer({ home: own, wrap: user.wrap }), { code: "audit.unwritable" });
    chmodSync(disk, 0o700);
    rmSync(disk, { recursive: true });
    writeFileSync(disk, "no folder");
    await assert.rejects(spawnServer({ home: own, wrap: user.wrap }), { code: "audit.unwritable" });
  } finally {
    root.close();
    await server.end();
    rmSync(own, { recursive: true, force: true });
  }
});

test("a process that opens the store itself is refused in the same way", async (t) => {
  const user = dropRoot();
  if (typeof user === "string") return t.skip(user);
  const own = mkdtempSync(join(tmpdir(), "bulkhead-ro-"));
  if (user.uid === UNPRIVILEGED) chownSync(own, user.uid, user.uid);
  const put = (): ReturnType<typeof spawnProgram> =>
    spawnProgram("put-main.ts", ["g", "n", "3"], { home: own, wrap: user.wrap });
  try {
    assert.equal(await put().ended, 0);
    const before = readFileSync(join(own, "store.db"));
    const disk = join(own, "audit");
    for (const name of readdirSync(disk)) chmodSync(join(disk, name), 0o400);
    chmodSync(disk, 0o500);
    const second = put();
    assert.equal(await second.ended, 1);
    assert.match(second.log(), /audit\.unwritable|the audit log in .* cannot be written: EACCES/);
    assert.deepEqual(readFileSync(join(own, "store.db")), before);
    chmodSync(disk, 0o700);
    assert.ok(existsSync(disk));
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
});
