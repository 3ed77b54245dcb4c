/** Receipts end to end: with the store of this user, with a server, and without any; listed, shown, verified and tampered with. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { fake } from "../support/fake.ts";
import { startIssuer } from "../support/issuer.ts";
import { rest } from "../support/rest.ts";
import { type Result, type Sandbox, sandbox, startServer } from "./support.ts";

const DECLARED = `project: demo
environments: { dev: { people: true } }
secrets:
  openai: { provider: openai, purpose: explains, owner: team@example.com }
  cluster: { kind: model-api, purpose: deploys, owner: team@example.com }
  spare: { kind: model-api, purpose: nothing, owner: team@example.com }
  feed: { kind: model-api, purpose: reads, owner: team@example.com }
stages:
  train:
    run: "cat $CLUSTER; echo; cat $FEED; echo; echo done"
    use:
      OPENAI_API_KEY: openai
      CLUSTER: { secret: cluster, as: file }
      SPARE: { secret: spare, as: file }
      FEED: { secret: feed, as: pipe }
`;

interface Shown {
  readonly run: string;
  readonly signer: string;
  readonly worth: string;
  readonly keyid: string | null;
  readonly at: string;
  readonly command: string;
  readonly identity: { readonly kind: string; readonly name: string };
  readonly revoked: boolean;
  readonly revocations: readonly Readonly<Record<string, unknown>>[];
  readonly leaks: { readonly found: readonly { secrets: string[]; place: string }[] };
  readonly secrets: readonly {
    readonly variable: string;
    readonly used: string;
    readonly evidence: string[];
  }[];
}

function declared(t: TestContext): { box: Sandbox; values: Record<string, string> } {
  const box = sandbox(t);
  box.write("bulkhead.yaml", DECLARED);
  const values = { openai: fake("sk-", 40), cluster: fake("", 30), spare: fake("", 31), feed: fake("", 32) };
  return { box, values };
}

function put(box: Sandbox, values: Record<string, string>, env: Record<string, string> = {}): void {
  const applied = box.bulkhead(["apply"], { env });
  assert.equal(applied.code, 0, applied.stderr);
  for (const [name, value] of Object.entries(values)) {
    const stored = box.bulkhead(["secret", "put", name], { input: value, env });
    assert.equal(stored.code, 0, stored.stderr);
  }
}

const listed = (box: Sandbox, env: Record<string, string> = {}): Shown[] =>
  box.json<Shown[]>(["receipts", "list"], { env });

const fileOf = (box: Sandbox, run: string): string => join(box.store, "runs", `${run}.json`);

const python = (file: string, pem: string): Result => {
  const script = join(import.meta.dirname, "..", "..", "python", "verify_receipt.py");
  const done = spawnSync("python3", [script, file, pem], { encoding: "utf8" });
  return { code: done.status, stdout: done.stdout, stderr: done.stderr };
};

const uses = ({ secrets }: Shown): Record<string, string> =>
  Object.fromEntries(secrets.map(({ variable, used }) => [variable, used]));

test("with the store of this user: signed by it, with what was used, and what is changed is found", (t) => {
  const { box, values } = declared(t);
  put(box, values);
  const ran = box.bulkhead(["run", "train", "-v"]);
  assert.equal(ran.code, 0, ran.stderr);
  assert.match(ran.stderr, /receipt \S+, signed by store:[0-9a-f]{32}/);
  const [one, ...more] = listed(box);
  assert.ok(one !== undefined);
  assert.deepEqual([more.length, one.worth, one.signer, one.at], [0, "valid", "store", "store"]);
  assert.deepEqual(uses(one), { OPENAI_API_KEY: "unknown", CLUSTER: "yes", SPARE: "no", FEED: "yes" });
  assert.deepEqual(
    one.secrets.map(({ evidence }) => evidence),
    [[], ["file read", "masked in output"], ["file not read"], ["pipe read", "masked in output"]],
  );
  assert.deepEqual([one.command, one.identity.kind, one.revoked], ["declared", "operator", true]);
  assert.deepEqual(one.revocations, [{ what: "token", of: "train", result: "revoked", proof: "refused" }]);
  assert.deepEqual(one.leaks.found, []);

  const file = fileOf(box, one.run);
  const pem = box.write("store.pem", box.bulkhead(["receipts", "key"]).stdout);
  for (const key of [[], ["--key-file", pem]]) {
    const verified = box.bulkhead(["receipts", "verify", file, ...key]);
    assert.equal(verified.code, 0, verified.stderr);
    assert.match(
      verified.stdout,
      new RegExp(`^valid: run ${one.run}, demo stage train in dev, signed by store:`),
    );
  }
  assert.equal(python(file, pem).code, 0, python(file, pem).stderr);
  const shown = box.bulkhead(["receipts", "show", one.run]);
  assert.match(shown.stdout, /SPARE from spare as a file; masked 0×; used: no \(file not read\)/);
  assert.match(shown.stderr, /valid: signed by store:/);
  const kept = box.bulkhead(["receipts", "show", one.run, "--envelope"]).stdout;
  assert.equal(kept, readFileSync(file, "utf8"), "the store keeps the very same");
  for (const value of Object.values(values)) assert.equal(shown.stdout.includes(value), false);

  // the file is changed: by one word of the statement, its signature, its key
  const good = JSON.parse(kept) as { payload: string; signatures: { keyid: string; sig: string }[] };
  const statement = Buffer.from(good.payload, "base64").toString();
  const [signature = { keyid: "", sig: "" }] = good.signatures;
  const forged = (change: object): string => box.write("forged.json", JSON.stringify({ ...good, ...change }));
  const payload = Buffer.from(statement.replace('"used":"no"', '"used":"yes"')).toString("base64");
  const attacks: readonly [string, object, RegExp][] = [
    ["a word", { payload }, /does not fit/],
    ["no signature", { signatures: [] }, /nobody signed/],
    ["another key's name", { signatures: [{ ...signature, keyid: "local:0" }] }, /./],
    [
      "a signature of zeros",
      { signatures: [{ ...signature, sig: Buffer.alloc(64).toString("base64") }] },
      /does not fit/,
    ],
    ["another type", { payloadType: "application/json" }, /no envelope/],
    ["no payload", { payload: 5 }, /payload is missing/],
  ];
  for (const [what, change, problem] of attacks) {
    const path = forged(change);
    const refused = box.bulkhead(["receipts", "verify", path]);
    assert.equal(refused.code, 1, what);
    assert.match(refused.stderr, problem, what);
    assert.notEqual(python(path, pem).code, 0, `${what}, by the independent verifier`);
  }
  const asJson = box.bulkhead(["receipts", "verify", forged({ payload }), "--json"]);
  assert.deepEqual([asJson.code, (JSON.parse(asJson.stdout) as { valid: boolean }).valid], [1, false]);
  for (const [text, problem] of [
    ["", /no JSON/],
    ["{", /no JSON/],
    ["[]", /no envelope/],
    ["\u0000", /no JSON/],
  ] as const) {
    const refused = box.bulkhead(["receipts", "verify", box.write("odd.json", text)]);
    assert.deepEqual([refused.code, problem.test(refused.stderr)], [1, true], text);
  }
  assert.equal(box.bulkhead(["receipts", "verify", "none.json"]).code, 1);
  const noKey = box.bulkhead(["receipts", "verify", file, "--key-file", box.write("no.pem", "nothing")]);
  assert.match(noKey.stderr, /holds no Ed25519 key/);
  assert.match(box.bulkhead(["receipts", "show", "0".repeat(32)]).stderr, /no receipt of run/);
  assert.match(box.bulkhead(["receipts", "show", "../x"]).stderr, /no receipt of run/);
});

test("a value that the job wrote down is in the receipt and in the run's record, as are its use and a failed run", (t) => {
  const { box, values } = declared(t);
  put(box, values);
  const ran = box.bulkhead([
    "run",
    "--stage",
    "train",
    "--",
    "sh",
    "-c",
    "printenv OPENAI_API_KEY > out.txt; exit 4",
  ]);
  assert.equal(ran.code, 4);
  const [one] = listed(box);
  assert.deepEqual(one?.leaks.found, [{ secrets: ["openai"], place: "out.txt, line 1" }]);
  assert.deepEqual([one.command, uses(one).OPENAI_API_KEY, uses(one).FEED], ["given", "yes", "no"]);
  const [run] = box.json<{ id: string; leaks: number; exit_code: number; receipt: string }[]>(["runs"]);
  assert.deepEqual([run?.id, run?.leaks, run?.exit_code, run?.receipt], [one.run, 1, 4, one.keyid]);
});

test("with a server: the person's runs are signed by it, and read back from it alone", async (t) => {
  const { box, values } = declared(t);
  const server = await startServer(box);
  const env = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token };
  put(box, values, env);
  const ran = box.bulkhead(["run", "train"], { env });
  assert.equal(ran.code, 0, ran.stderr);
  const [one] = listed(box, env);
  assert.deepEqual([one?.worth, one?.signer, one?.identity.kind], ["valid", "store", "person"]);
  const file = box.write("receipt.json", readFileSync(fileOf(box, one?.run ?? ""), "utf8"));
  const pem = box.write("server.pem", box.bulkhead(["receipts", "key"], { env }).stdout);
  rmSync(join(box.store, "runs"), { recursive: true });
  assert.deepEqual(
    listed(box, env).map(({ at, worth }) => [at, worth]),
    [["store", "valid"]],
  );
  assert.equal(box.bulkhead(["receipts", "list", "--stage", "serve"], { env }).stderr, "no receipts\n");
  // without the server: its key in a file, or nothing to check with
  assert.equal(box.bulkhead(["receipts", "verify", file, "--key-file", pem]).code, 0);
  const alone = box.bulkhead(["receipts", "verify", file]);
  assert.deepEqual([alone.code, /no key here for store:/.test(alone.stderr)], [1, true], alone.stderr);
  const other = box.write("other.pem", box.bulkhead(["receipts", "key", "--local"]).stdout);
  assert.notEqual(box.bulkhead(["receipts", "verify", file, "--key-file", other]).code, 0);
});

test("without a store: by a key of this user, made once; without a folder nobody signs; unreadable ones are told", (t) => {
  const box = sandbox(t);
  const value = fake("sk-", 40);
  const env = { CI_KEY: value };
  const run = (): Result =>
    box.bulkhead(["run", "-v", "--secret", "KEY=env://CI_KEY", "--", "true"], { env });
  const first = run();
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stderr, /receipt \S+, not signed/);
  assert.deepEqual(
    listed(box).map(({ worth, signer }) => [worth, signer]),
    [["unsigned", "none"]],
  );
  const [unsigned = ""] = readdirSync(join(box.store, "runs"));
  const refused = box.bulkhead(["receipts", "verify", join(box.store, "runs", unsigned)]);
  assert.deepEqual([refused.code, /nobody signed it/.test(refused.stderr)], [1, true]);
  assert.equal(box.bulkhead(["receipts", "key"]).code, 1);

  assert.match(run().stderr, /signed by local:[0-9a-f]{32}/);
  const key = join(box.store, "receipt.key");
  assert.equal(statSync(key).mode & 0o777, 0o600);
  const pem = readFileSync(key);
  run();
  assert.deepEqual(readFileSync(key), pem, "it stays");
  assert.deepEqual(
    listed(box).map(({ worth }) => worth),
    ["valid", "valid", "unsigned"],
  );
  const [newest] = listed(box);
  assert.deepEqual([newest?.signer, newest?.identity.kind, newest?.at], ["local", "none", "local"]);
  const own = box.write("local.pem", box.bulkhead(["receipts", "key"]).stdout);
  assert.equal(python(fileOf(box, newest?.run ?? ""), own).code, 0);

  // the key is open to others, no key, gone
  chmodSync(key, 0o644);
  const open = run();
  assert.equal(open.code, 0);
  assert.match(open.stderr, /receipt is not signed as it should be/);
  chmodSync(key, 0o600);
  writeFileSync(key, "nothing");
  assert.match(run().stderr, /holds no Ed25519 key/);
  rmSync(key);
  assert.deepEqual(new Set(listed(box).map(({ worth }) => worth)), new Set(["unsigned", "no key"]));
  // unreadable ones
  writeFileSync(join(box.store, "runs", "odd.json"), "{");
  mkdirSync(join(box.store, "runs", "folder.json"));
  const list = box.bulkhead(["receipts", "list"]);
  assert.equal(list.code, 0);
  assert.match(list.stderr, /odd\.json: this is no valid receipt: the file is no JSON/);
  assert.match(list.stderr, /folder\.json: /);
});

interface Sized {
  readonly runs: number;
  readonly missing: readonly { stage: string }[];
  readonly entries: readonly { name: string; verdict: string }[];
  readonly diff: string;
}

test("rightsize proposes what every run proves unused, and writes it when told", (t) => {
  const { box, values } = declared(t);
  const text = DECLARED.replace("  train:", "  # trains\n  train:").replace("SPARE: {", "SPARE:   {");
  const file = box.write("bulkhead.yaml", text);
  put(box, values);
  const none = box.bulkhead(["rightsize"]);
  assert.deepEqual([none.code, /nothing is proved unused/.test(none.stderr)], [0, true], none.stderr);
  assert.equal(box.bulkhead(["run", "train"]).code, 0);
  const verdicts = (): Record<string, string> =>
    Object.fromEntries(box.json<Sized>(["rightsize"]).entries.map(({ name, verdict }) => [name, verdict]));
  const seen = { OPENAI_API_KEY: "unknown", CLUSTER: "used", SPARE: "unused", FEED: "used" };
  assert.deepEqual(verdicts(), seen);
  const other = box.bulkhead(["run", "--stage", "train", "--", "false"]);
  assert.equal(other.code, 1);
  assert.deepEqual(verdicts(), seen, "a run that failed proves no lack of use");

  const proposed = box.bulkhead(["rightsize", "--stage", "train"]);
  assert.match(proposed.stdout, /^-      SPARE:   \{ secret: spare, as: file \}$/m);
  assert.match(proposed.stderr, /stands on the receipts of 2 runs since 30d ago; unknown: 1 of 4 grants/);
  assert.equal(readFileSync(file, "utf8"), text, "proposed only");
  // a run of which there is no receipt: its record stands at the store
  const api = ["render", "--stage", "train", "--output", "-", box.write("t.tpl", "${openai}")];
  const rendered = box.bulkhead(api);
  assert.equal(rendered.code, 0, rendered.stderr);
  assert.deepEqual([box.json<Sized>(["rightsize"]).missing.length, verdicts().SPARE], [1, "unknown"]);
  assert.equal(verdicts().CLUSTER, "used");
  const written = box.bulkhead(["rightsize", "--write"]);
  assert.deepEqual([written.code, readFileSync(file, "utf8")], [0, text], "nothing to write");
});

test("rightsize without a store stands on this user's own receipts, and a changed one proves nothing", (t) => {
  const box = sandbox(t);
  const secrets =
    "  a: { kind: model-api, from: 'env://CI_A' }\n  b: { kind: model-api, from: 'env://CI_B' }\n";
  const text = `project: demo\nowner: team@example.com\nenvironments: { dev: { people: true } }\nsecrets:\n${secrets.replaceAll("}", ", purpose: tests }")}stages:\n  train:\n    run: "cat $A"\n    use: { A: { secret: a, as: file }, B: { secret: b, as: file } } # both\n`;
  const file = box.write("bulkhead.yaml", text);
  const env = { CI_A: fake("", 30), CI_B: fake("", 30) };
  mkdirSync(box.store, { mode: 0o700 });
  const ran = box.bulkhead(["run", "train"], { env });
  assert.equal(ran.code, 0, ran.stderr);
  const [only = ""] = readdirSync(join(box.store, "runs"));
  const path = join(box.store, "runs", only);
  const good = readFileSync(path, "utf8");
  const envelope = JSON.parse(good) as { payload: string };
  const statement = Buffer.from(envelope.payload, "base64").toString();
  const payload = Buffer.from(statement.replace('"used":"yes"', '"used":"no"')).toString("base64");
  writeFileSync(path, JSON.stringify({ ...envelope, payload }));
  const verdicts = (): string[] =>
    box.json<Sized>(["rightsize"]).entries.map(({ name, verdict }) => `${name} ${verdict}`);
  assert.deepEqual(verdicts(), ["A unknown", "B unknown"]);
  writeFileSync(path, "{");
  assert.deepEqual(verdicts(), ["A unknown", "B unknown"]);
  writeFileSync(path, good);
  assert.deepEqual(verdicts(), ["A used", "B unused"]);
  assert.equal(box.bulkhead(["rightsize", "--write"]).code, 0);
  assert.equal(readFileSync(file, "utf8"), text.replace(", B: { secret: b, as: file }", ""));
});

test("a platform's run: the token is over before the store signs, and the claims are told", async (t) => {
  const box = sandbox(t);
  const issuer = await startIssuer();
  t.after(() => issuer.close());
  const server = await startServer(box);
  const root = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token };
  box.write(
    "bulkhead.yaml",
    `project: demo
secrets: { openai: { provider: openai, purpose: explains, owner: team@example.com } }
stages: { train: { run: "true", use: [openai] } }
identities:
  train:
    prod:
      gitlab: { project_path: acme/fraud, ref: main, ref_type: branch, issuer: "${issuer.address}" }
`,
  );
  assert.equal((await box.later(["apply"], { env: root })).code, 0);
  const input = fake("sk-", 40);
  const stored = await box.later(["secret", "put", "openai", "--env", "prod"], { env: root, input });
  assert.equal(stored.code, 0, stored.stderr);
  const now = Math.floor(Date.now() / 1_000);
  const claims = {
    project_path: "acme/fraud",
    ref: "main",
    ref_type: "branch",
    ...{ project_id: "9", ref_protected: "true", job_id: "88" },
    pipeline_id: "77",
    odd: "secret",
  };
  const sub = "project_path:acme/fraud:ref_type:branch:ref:main";
  const token = await issuer.sign({
    iss: issuer.address,
    aud: "bulkhead",
    iat: now,
    exp: now + 300,
    sub,
    ...claims,
  });
  const env = { BULKHEAD_ADDR: server.address, GITLAB_CI: "true", BULKHEAD_ID_TOKEN: token };
  const ran = await box.later(["run", "train", "--env", "prod", "-v"], { env });
  assert.equal(ran.code, 0, ran.stderr);
  assert.doesNotMatch(ran.stderr, /not signed/);
  const list = await box.later(["receipts", "list", "--json"], { env: root });
  const [one] = JSON.parse(list.stdout) as (Shown & { identity: { claims: Record<string, string> } })[];
  assert.deepEqual([one?.worth, one?.signer, one?.at, one?.revoked], ["valid", "store", "store", true]);
  assert.deepEqual(one?.revocations, [{ what: "token", of: "train", result: "revoked", proof: "signer" }]);
  assert.deepEqual([one.identity.kind, one.identity.name], ["platform", "GitLab CI"]);
  const { project_path, pipeline_id, odd } = one.identity.claims;
  assert.deepEqual(
    [project_path, pipeline_id, odd, one.identity.claims.sub],
    ["acme/fraud", "77", undefined, sub],
  );
  const [, , signature = ""] = token.split(".");
  assert.equal(list.stdout.includes(signature), false);
  const client = rest(server.address, server.token);
  t.after(() => client.close());
  const { json } = await client("LIST", "auth/token/accessors");
  assert.equal((json.data as unknown as { keys: string[] }).keys.length, 1, "root's is left");

  // a policy of before: the stage may not have its receipt signed, so this user's key does, and the token is over all the same
  const name = "demo.train.prod";
  const read = await client("GET", `sys/policies/acl/${name}`);
  const { policy } = read.json.data as unknown as { policy: string };
  assert.ok(policy.includes("runs/self/receipt"));
  const older = { policy: policy.replace("runs/self/receipt", "runs/self/nothing") };
  assert.equal((await client("PUT", `sys/policies/acl/${name}`, older)).status, 204);
  const next = await box.later(["run", "train", "--env", "prod", "-v"], { env });
  assert.equal(next.code, 0, next.stderr);
  assert.match(next.stderr, /signed by local:/);
  const all = await box.later(["receipts", "list", "--json"], { env: root });
  const [local] = JSON.parse(all.stdout) as Shown[];
  assert.deepEqual([local?.worth, local?.signer, local?.revoked], ["valid", "local", true]);
  assert.deepEqual(local?.revocations, [{ what: "token", of: "train", result: "revoked", proof: "refused" }]);
  const after = await client("LIST", "auth/token/accessors");
  assert.equal((after.json.data as unknown as { keys: string[] }).keys.length, 1, "root's is left");
});
