/** The operator commands against a server that begins with nothing in it: shares on standard input, results in private files, exit codes. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { connect } from "node:tls";
import { startSealed } from "../support/sealed-servers.ts";
import { BIN, sandbox } from "./support.ts";

interface Keys {
  readonly keys_base64: readonly string[];
  readonly root_token: string;
}

test("init, unseal, rekey, generate-root, rotate, snapshots and seal", async (t) => {
  const box = sandbox(t);
  const server = await startSealed();
  box.atEnd(() => server.stop());
  let token = "";
  const operator = (words: string, input = "") =>
    box.bulkhead(["operator", ...words.split(" ")], {
      input,
      env: { BULKHEAD_ADDR: server.address, ...(token && { BULKHEAD_TOKEN: token }) },
    });
  const ok = (words: string, input = "", code = 0): string => {
    const done = operator(words, input);
    assert.equal(done.code, code, `${words}: ${done.stdout}${done.stderr}`);
    return done.stdout;
  };
  const file = (name: string): string => join(box.project, name);
  const json = <T>(name: string): T => JSON.parse(readFileSync(file(name), "utf8")) as T;

  assert.match(ok("status", "", 4), /nothing in it yet/);
  ok("status --alive");
  assert.match(operator("init --shares 2 --threshold 3").stderr, /threshold cannot be larger than shares/);
  ok("init --shares 3 --threshold 2 --output keys.json");
  assert.equal(statSync(file("keys.json")).mode & 0o777, 0o600);
  const keys = json<Keys>("keys.json");
  token = keys.root_token;
  assert.match(operator("init").stderr, /already initialized/);

  const [a = "", b = "", c = ""] = keys.keys_base64;
  assert.match(ok("unseal", a, 4), /sealed, 1 of 2 shares/);
  ok("unseal --reset", "", 4);
  assert.match(operator("unseal", `${a}\n${"ab".repeat(33)}\n`).stderr, /open nothing/);
  assert.match(ok("unseal", `${a}\n${c}\n`), /^unsealed$/m);
  assert.equal(operator(`unseal ${a}`).code, 2, "a share is no argument");
  assert.match(ok("status"), /2 of 3/);
  ok("rotate");
  ok("step-down");

  assert.match(operator("rekey").stderr, /none is going on/);
  ok("rekey --shares 2 --threshold 2 --verify --output new.json", `${a}\n${b}\n`, 4);
  const next = json<Keys>("new.json").keys_base64;
  ok("rekey", next.join("\n"));
  ok("rekey --shares 3 --threshold 2", "", 2);
  ok("rekey --cancel");

  ok("generate-root --output root.json", next.join("\n"));
  token = json<{ token: string }>("root.json").token;
  ok("rotate");
  ok("generate-root --start --output pad.json");
  const pad = json<{ otp: string; nonce: string }>("pad.json");
  writeFileSync(file("pad"), pad.otp, { mode: 0o600 });
  ok(`generate-root --nonce ${pad.nonce}`, next[0], 4);
  const encoded = ok(`generate-root --nonce ${pad.nonce}`, next[1]);
  token = ok("generate-root --decode --pad-file pad", encoded).trim();
  assert.match(token, /^hvs\.\w{24}$/);

  ok("snapshot save backup.snap");
  assert.equal(statSync(file("backup.snap")).mode & 0o777, 0o600);
  assert.match(operator("snapshot save backup.snap").stderr, /EEXIST/);
  assert.match(operator("snapshot restore backup.snap").stderr, /cancelled/);
  ok("snapshot restore --yes backup.snap");
  writeFileSync(file("bad.snap"), readFileSync(file("backup.snap")).subarray(0, 500));
  assert.match(operator("snapshot restore --yes bad.snap").stderr, /no whole snapshot/);
  ok("rotate");

  ok("seal");
  assert.match(ok("status", "", 4), /sealed/);
  assert.equal(operator("unseal", keys.keys_base64.join("\n")).code, 1, "the old shares");
  ok("unseal", next.join("\n"));
  for (const secret of [...keys.keys_base64, ...next, keys.root_token, token])
    assert.ok(!server.log().includes(secret), "in the server's log");
});

test("the local store: snapshots without a server, and no commands that need one", (t) => {
  const box = sandbox(t);
  const run = (...args: string[]) => box.bulkhead(args);
  assert.equal(run("status").code, 0);
  assert.equal(run("operator", "rotate").code, 0);
  assert.equal(run("operator", "snapshot", "save", "one.snap").code, 0);
  assert.equal(box.bulkhead(["policy", "write", "p", "-"], { input: "" }).code !== 127, true);
  const done = run("operator", "snapshot", "restore", "--yes", "one.snap");
  assert.equal(done.code, 0, done.stderr);
  assert.equal(run("policy", "list").code, 0);
  const other = sandbox(t);
  other.bulkhead(["operator", "rotate"]);
  const foreign = other.bulkhead(["operator", "snapshot", "restore", "--yes", join(box.project, "one.snap")]);
  assert.equal(foreign.code, 1);
  assert.match(foreign.stderr, /not made by this store/);
  assert.ok(!existsSync(join(other.project, "one.snap")));
  for (const name of ["init", "unseal", "rekey", "generate-root"]) {
    const refused = run("operator", name);
    assert.equal(refused.code, 2, name);
    assert.match(refused.stderr, /BULKHEAD_ADDR/);
  }
});

test("the bundle serves a configuration, with one dash too; what is wrong in it has its place", (t) => {
  const box = sandbox(t);
  const path = box.write("server.yaml", "storage: { inmem: {} }\nlistenr: {}\n");
  const wrong = spawnSync(process.execPath, [BIN, "server", `-config=${path}`], {
    env: box.env,
    encoding: "utf8",
  });
  assert.equal(wrong.status, 2);
  assert.match(
    wrong.stderr,
    /server\.yaml:2:1: `listenr` is not known in the configuration \(did you mean `listener`\?\)/,
  );
  const both = box.bulkhead(["server", "--config", path, "--listen", "127.0.0.1:0"]);
  assert.equal(both.code, 2);
});

test("SIGHUP: a new certificate and log level, without a restart; an unsound one changes nothing", async (t) => {
  const box = sandbox(t);
  const made = (name: string): boolean =>
    spawnSync("openssl", [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"],
      ...["-subj", `/CN=${name}`, "-keyout", join(box.project, "key"), "-out", join(box.project, "crt")],
    ]).status === 0;
  if (!made("first")) return t.skip("no openssl to make a certificate");
  const path = join(box.project, "server.yaml");
  const configure = (level: string): void =>
    writeFileSync(
      path,
      `storage: { inmem: {} }\nlog_level: ${level}\nlistener: { tcp: { address: "127.0.0.1:0", tls_cert_file: ${box.project}/crt, tls_key_file: ${box.project}/key } }\n`,
    );
  configure("warn");
  spawnSync("chmod", ["600", join(box.project, "key")]);
  const child = spawn(process.execPath, [BIN, "server", "--config", path], {
    env: box.env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  box.atEnd(async () => {
    child.kill("SIGKILL");
    await ended;
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const until = async (what: string, holds: () => boolean | Promise<boolean>): Promise<void> => {
    for (let tries = 0; !(await holds()); tries++) {
      if (tries > 600) throw new Error(`never: ${what}: ${err}`);
      await delay(20);
    }
  };
  await until("it listens", () => /:\d+\n/.test(out));
  const port = Number(/:(\d+)\n/.exec(out)?.[1]);
  const subject = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: "127.0.0.1", rejectUnauthorized: false }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.destroy();
      });
      socket.on("error", reject);
    });
  assert.equal(await subject(), "first");
  made("second");
  spawnSync("chmod", ["600", join(box.project, "key")]);
  configure("info");
  child.kill("SIGHUP");
  await until("the new certificate", async () => (await subject()) === "second");
  await until("the log says so", () => /"msg":"reloaded"/.test(err));
  writeFileSync(join(box.project, "crt"), "no certificate");
  child.kill("SIGHUP");
  await until("the log says what is wrong", () => /"where":"reload"/.test(err));
  assert.equal(await subject(), "second");
  child.kill("SIGTERM");
  assert.equal(await ended, 0);
});
