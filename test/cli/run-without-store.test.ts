/** `bulkhead run` with no server and no store: references, files, composed values, and everything that cannot be given. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { type Sandbox, sandbox } from "./support.ts";

const digest = (text: string | Buffer): string => createHash("sha256").update(text).digest("hex");
const PRINT = (name: string): string => `printf %s "$${name}" | sha256sum | cut -c1-64`;
const shell = (line: string): string[] => ["--", "sh", "-c", line];

/** A stage whose secrets are all kept elsewhere. */
const ELSEWHERE = `project: demo
environments: { dev: { people: true }, prod: { production: true }, guarded: { production: true, approve: 1 } }
secrets:
  openai: { provider: openai, purpose: explains, owner: team@example.com, from: "env://CI_{env}_OPENAI", shared: a test }
  wandb: { provider: wandb, purpose: metrics, owner: team@example.com, from: "file://wandb.key" }
stages:
  train: { run: "sh train.sh", use: { OPENAI_API_KEY: openai } }
  both: { run: "sh train.sh", use: { OPENAI_API_KEY: openai, WANDB_API_KEY: wandb } }
`;
const nothingStored = (box: Sandbox): void =>
  assert.ok(!existsSync(join(box.store, "store.db")), "no store was made");

test("a reference on the command line: the value, the mask, the scrub, a local receipt, and no store", (t) => {
  const box = sandbox(t);
  const value = fake("sk-", 40);
  const env = { CI_KEY: value, OTHER_SECRET: fake("x", 30), ACTIONS_ID_TOKEN_REQUEST_TOKEN: fake("t", 30) };
  const line = `${PRINT("OPENAI_API_KEY")}; env; printenv OPENAI_API_KEY`;
  const done = box.bulkhead(["run", "--secret", "OPENAI_API_KEY=env://CI_KEY", "-v", ...shell(line)], {
    env,
  });
  assert.equal(done.code, 0, done.stderr);
  assert.ok(done.stdout.startsWith(digest(value)), "the job has the very value");
  assert.ok(!done.stdout.includes(value) && !done.stderr.includes(value));
  assert.match(done.stdout, /^OPENAI_API_KEY=\*\*\*$/m);
  assert.doesNotMatch(done.stdout, /OTHER_SECRET|ACTIONS_ID|CI_KEY/);
  nothingStored(box);
  const receipts = readdirSync(join(box.store, "runs"));
  assert.equal(receipts.length, 1);
  const envelope = JSON.parse(readFileSync(join(box.store, "runs", receipts[0] ?? ""), "utf8")) as {
    payload: string;
  };
  const { predicate } = JSON.parse(Buffer.from(envelope.payload, "base64").toString("utf8")) as {
    predicate: { secrets: { variable: string; secret: string }[]; exit: number };
  };
  assert.deepEqual(
    predicate.secrets.map(({ variable, secret }) => `${variable} ${secret}`),
    ["OPENAI_API_KEY env://CI_KEY"],
  );
});

test("a stage of references alone runs without a store; stage scope, environments and --only hold", (t) => {
  const box = sandbox(t);
  box.write("bulkhead.yaml", ELSEWHERE);
  box.write(
    "train.sh",
    `${PRINT("OPENAI_API_KEY")}; echo "w:$WANDB_API_KEY:"; cat wandb.key 2>/dev/null || true`,
  );
  const [dev, prod, wandb] = [fake("sk-", 40), fake("sk-", 40), fake("", 40, "hex")];
  box.write("wandb.key", `${wandb}\n`, 0o600);
  const env = { CI_dev_OPENAI: dev, CI_prod_OPENAI: prod };
  const train = box.bulkhead(["run", "train"], { env });
  assert.equal(train.code, 0, train.stderr);
  assert.ok(train.stdout.startsWith(digest(dev)));
  assert.match(train.stdout, /w::/);
  assert.ok(!train.stdout.includes(wandb), "another stage's file is hidden or at least not given");
  const both = box.bulkhead(["run", "both"], { env });
  assert.match(both.stdout, /w:\*\*\*:/);
  const only = box.bulkhead(["run", "both", "--only", "WANDB_API_KEY"], { env });
  assert.match(only.stdout, /^e3b0c442.*\nw:\*\*\*:/, "only that one");
  const unknown = box.bulkhead(["run", "both", "--only", "wanb"], { env });
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /uses no `wanb`[\s\S]*did you mean wandb\?/);
  const person = box.bulkhead(["run", "train", "--env", "prod"], { env });
  assert.equal(person.code, 125);
  assert.match(person.stderr, /prod is for automated identities/);
  const ci = box.bulkhead(["run", "train", "--env", "prod"], { env: { ...env, GITLAB_CI: "true" } });
  assert.equal(ci.code, 0, ci.stderr);
  assert.ok(ci.stdout.startsWith(digest(prod)));
  const guarded = box.bulkhead(["run", "train", "--env", "guarded"], { env: { ...env, GITLAB_CI: "true" } });
  assert.equal(guarded.code, 125);
  assert.match(guarded.stderr, /guarded asks for agreement[\s\S]*no store or server is in reach/);
  const absent = box.bulkhead(["run", "train"]);
  assert.equal(absent.code, 125);
  assert.match(absent.stderr, /env:\/\/CI_dev_OPENAI: no variable CI_dev_OPENAI is set/);
  nothingStored(box);
});

test("where a store exists the same resolved value in two environments is refused, and the run is recorded", (t) => {
  const box = sandbox(t);
  box.write("bulkhead.yaml", ELSEWHERE);
  box.write("train.sh", "exit 0");
  assert.equal(box.bulkhead(["apply"]).code, 0);
  const value = fake("sk-", 40);
  const env = { CI_dev_OPENAI: value, CI_prod_OPENAI: value, GITLAB_CI: "true" };
  assert.equal(box.bulkhead(["run", "train"], { env }).code, 0);
  assert.equal(box.bulkhead(["run", "train"], { env }).code, 0, "again in the same one");
  const again = box.bulkhead(["run", "train", "--env", "prod", "--as-operator"], { env });
  assert.equal(again.code, 125);
  assert.match(again.stderr, /openai[\s\S]*demo\/dev\/openai/);
  assert.ok(!again.stderr.includes(value));
  const other = { ...env, CI_prod_OPENAI: fake("sk-", 40) };
  assert.equal(box.bulkhead(["run", "train", "--env", "prod", "--as-operator"], { env: other }).code, 0);
  assert.equal(box.json<unknown[]>(["runs"]).length >= 3, true);
});

test("files: the very bytes, private, gone afterwards; by name, at a place, never over another file", (t) => {
  const box = sandbox(t);
  const value = `${fake("", 60)}\nsecond line\n`;
  const env = { CI_KEY: value };
  const line = 'stat -c "%a %s" "$CRED"; sha256sum < "$CRED" | cut -c1-64; echo "$CRED"; cat "$CRED"';
  const run = (mount: string) => box.bulkhead(["run", "--mount", mount, ...shell(line)], { env });
  const own = run("CRED=env://CI_KEY");
  assert.equal(own.code, 0, own.stderr);
  const [mode, sum, path = ""] = own.stdout.split("\n");
  assert.equal(mode, `600 ${Buffer.byteLength(value)}`);
  assert.equal(sum, digest(value));
  assert.ok(!own.stdout.includes(value.slice(0, 60)), "masked");
  assert.ok(!existsSync(path), "gone");
  const twice = box.bulkhead(
    ["run", "--preserve-env", "KEPT,ALSO", "--mount", "CRED=env://CI_KEY", ...shell('echo "[$KEPT][$ALSO]"')],
    { env: { ...env, KEPT: `x=${value}`, ALSO: "kept" } },
  );
  assert.equal(twice.stdout, "[][kept]\n", "the same value under another name is taken out");
  const named = run("CRED=env://CI_KEY:/dev/../dev/null");
  assert.equal(named.code, 125);
  assert.match(named.stderr, /is there already/);
  const place = run("CRED=env://CI_KEY:./here.json");
  assert.equal(place.stdout.split("\n")[2], join(box.project, "here.json"), place.stderr);
  assert.ok(!existsSync(join(box.project, "here.json")));
  box.write("here.json", "mine");
  assert.equal(run("CRED=env://CI_KEY:./here.json").code, 125);
  assert.equal(readFileSync(join(box.project, "here.json"), "utf8"), "mine");
  assert.equal(statSync(join(box.project, "here.json")).mode & 0o777, 0o644);
});

test("a pipe gives its value out as often as was said, then it is gone", (t) => {
  const box = sandbox(t);
  const value = fake("key-", 200_000);
  const box1 = box.write("value", value, 0o600);
  const line =
    'for i in 1 2 3; do cat "$CRED" 2>/dev/null | sha256sum | cut -c1-64; sleep 0.2; done; test -e "$CRED" || echo gone';
  const args = ["run", "--mount", `CRED=file://${box1}`, "--max-reads", "2", ...shell(line)];
  const { stdout, stderr } = box.bulkhead(args);
  assert.deepEqual(stdout.trim().split("\n"), [digest(value), digest(value), digest(""), "gone"], stderr);
});

test("in bulkhead.yaml: as file, descriptor, pipe and composed", (t) => {
  const box = sandbox(t);
  box.write(
    "bulkhead.yaml",
    `project: demo
environments: { dev: { people: true } }
secrets:
  db: { kind: database, from: "file://db.json" }
stages:
  load:
    run: sh load.sh
    use:
      DATABASE_URL: { compose: "postgres://\${db.username}:\${db.password}@db/x" }
      PLAIN: { compose: "user=\${db.username} password=\${db.password}", as: file, name: pg.conf }
      OPEN: { secret: db.password, as: descriptor }
      ONCE: { secret: db.password, max-reads: 1 }
`,
  );
  const password = `${fake("p", 20)}@/:#%`;
  box.write(
    "load.sh",
    [
      PRINT("DATABASE_URL"),
      'echo "$DATABASE_URL $PLAIN $OPEN"',
      'sha256sum < "$PLAIN" | cut -c1-64',
      'sha256sum < "$OPEN" | cut -c1-64; sha256sum < "$OPEN" | cut -c1-64',
      'cat "$ONCE" | sha256sum | cut -c1-64; test -e "$ONCE" || echo gone',
    ].join("\n"),
  );
  box.write("db.json", JSON.stringify({ username: "appuser", password }), 0o600);
  const direct = box.bulkhead(["run", "load"]);
  assert.equal(direct.code, 0, direct.stderr);
  const lines = direct.stdout.split("\n");
  assert.equal(lines[0], digest(`postgres://appuser:${encodeURIComponent(password)}@db/x`));
  assert.match(lines[1] ?? "", /^\*\*\* \S+\/pg\.conf \/dev\/fd\/20$/);
  assert.equal(lines[2], digest(`user=appuser password=${password}`));
  assert.deepEqual(lines.slice(3), [digest(password), digest(password), digest(password), "gone", ""]);
  const [user, word] = ["app@user", password];
  const env = { DB_USER: user, DB_WORD: word };
  const done = box.bulkhead(
    [
      "run",
      "--compose",
      "DATABASE_URL=postgres://${env://DB_USER}:${env://DB_WORD}@db/x",
      "--compose",
      "RAW=user=${env://DB_USER} ${env://DB_WORD|base64}",
      ...shell(`${PRINT("DATABASE_URL")}; ${PRINT("RAW")}; echo "$DATABASE_URL | $RAW"; env`),
    ],
    { env },
  );
  assert.equal(done.code, 0, done.stderr);
  const url = `postgres://app%40user:${encodeURIComponent(word)}@db/x`;
  const [first, second, third] = done.stdout.split("\n");
  assert.equal(first, digest(url));
  assert.equal(second, digest(`user=${user} ${Buffer.from(word).toString("base64")}`));
  assert.equal(third, "*** | ***", "masked whole");
  assert.ok(
    !done.stdout.includes(password) && !done.stdout.includes(encodeURIComponent(password)),
    "and by its parts",
  );
});

test("values that cannot be given, each with a clear word; what can passes byte for byte", (t) => {
  const box = sandbox(t);
  const file = (name: string, bytes: Buffer | string): string => {
    const path = box.write(name, "", 0o600);
    box.write(name, bytes as string, 0o600);
    return path;
  };
  const secret = (path: string): string[] => ["run", "--secret", `V=file://${path}`];
  const mount = (path: string): string[] => ["run", "--mount", `V=file://${path}`];
  const refused: readonly (readonly [string, Buffer | string, RegExp])[] = [
    ["nul", "a\0bcdefgh", /V cannot be a variable[\s\S]*--mount/],
    ["binary", Buffer.from([0xff, 0xfe, 1, 2, 3, 4, 5, 6]), /V cannot be a variable[\s\S]*--mount/],
    ["large", "x".repeat(1024 * 1024), /V has 1048576 bytes[\s\S]*--mount/],
  ];
  for (const [name, bytes, says] of refused) {
    const path = file(name, bytes);
    const done = box.bulkhead([...secret(path), ...shell("echo ran")]);
    assert.equal(done.code, 125, name);
    assert.match(done.stderr, says, name);
    assert.equal(done.stdout, "");
    const given = box.bulkhead([...mount(path), ...shell('sha256sum < "$V" | cut -c1-64')]);
    assert.equal(given.stdout.trim(), digest(readFileSync(path)), `${name} as a file: ${given.stderr}`);
  }
  for (const [name, text, warns] of [
    ["one", "x", /too short or too common to mask/],
    ["line", "\n", /too short/],
    ["lines", `${fake("a", 12)}\n${fake("b", 12)}`, null],
  ] as const) {
    const path = file(name, `${text}\n`);
    const done = box.bulkhead([...secret(path), ...shell(PRINT("V"))]);
    assert.equal(done.stdout.trim(), digest(text), `${name}: ${done.stderr}`);
    if (warns !== null) assert.match(done.stderr, warns);
  }
  const empty = box.bulkhead([...secret(file("empty", "")), ...shell('echo "[$V]"')]);
  assert.equal(empty.stdout, "[]\n");
  assert.match(empty.stderr, /V|empty/);
  const many = Array.from({ length: 30 }, (_, at) => [
    "--secret",
    `V${at}=file://${file(`m${at}`, fake("", 100_000))}`,
  ]);
  const full = box.bulkhead(["run", ...many.flat(), ...shell("echo ran")]);
  assert.equal(full.code, 125);
  assert.match(full.stderr, /variables and arguments have \d+ bytes/);
});

test("words of the command line that do not fit, and values typed there", (t) => {
  const box = sandbox(t);
  box.write("bulkhead.yaml", ELSEWHERE);
  const typed = fake("sk-proj-", 60);
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [["train", "--secret", "A=env://B", "--", "true"], /a stage gets what bulkhead.yaml declares/],
    [["--secret", "A=env://B"], /which command\?/],
    [["--secret", "env://B", "--", "true"], /VARIABLE=path#field/],
    [["--secret", `A=${typed}`, "--", "true"], /a value never goes there/],
    [["--secret", "A=nosuch://x", "--", "true"], /there is no `nosuch:\/\/`/],
    [["--secret", "LD_PRELOAD=env://HOME", "--", "true"], /LD_PRELOAD cannot be set for a job/],
    [["--secret", "A=env://HOME", "--secret", "A=env://PATH", "--", "true"], /A is given twice/],
    [["--mount", "A=env://HOME", "--max-reads", "0", "--", "true"], /no number of reads/],
    [["train", "--max-reads", "2"], /goes with --mount/],
    [["train", "--command", "true", "--", "true"], /two commands/],
    [["--expose", "../store", "--secret", "A=env://HOME", "--", "true"], /is never shown to a job/],
    [["--expose", "..", "--secret", "A=env://HOME", "--", "true"], /is never shown to a job/],
    [["--compose", "A=x ${env://HOME", "--", "true"], /has no `}`/],
  ];
  for (const [args, says] of cases) {
    const done = box.bulkhead(["run", ...args]);
    assert.ok(done.code === 2 || done.code === 125, `${args.join(" ")}: ${done.code} ${done.stderr}`);
    assert.match(done.stderr, says, args.join(" "));
    assert.ok(!done.stderr.includes(typed));
  }
  const line = box.bulkhead(["run", "--secret", "A=env://HOME", "--command", "echo $((1+2)) && exit 9"]);
  assert.deepEqual([line.code, line.stdout], [9, "3\n"], line.stderr);
});

test("a run inside a run: the inner one has its own values, and the outer one masks them if it gave them", (t) => {
  const box = sandbox(t);
  const value = fake("sk-", 40);
  const self = `${process.execPath} ${join(import.meta.dirname, "..", "..", "dist", "bulkhead")}`;
  const inner = `${self} run --isolation=0 --secret IN=env://OUT -- sh -c '${PRINT("IN")}; printf "[%s]" "$OUT$BULKHEAD_RUN" | wc -c'`;
  const done = box.bulkhead(["run", "--secret", "OUT=env://CI_KEY", ...shell(inner)], {
    env: { CI_KEY: value },
  });
  assert.equal(done.code, 0, done.stderr);
  assert.equal(done.stdout.split("\n")[0], digest(value));
  assert.equal(
    done.stdout.split("\n")[1]?.trim(),
    "34",
    "the outer variable is scrubbed, the run's mark is the inner one's",
  );
});

test("the value stands in no argument, no environment of Bulkhead's own children, no log and no core", (t) => {
  if (process.platform !== "linux") return t.skip("looks into /proc");
  const box = sandbox(t);
  const value = fake("sk-", 40);
  // of every process of this user: argument lists, and environments but the job's own and the caller's
  const look = `import os, sys
needle = open(sys.argv[1], "rb").read()
mine = set()
pid = os.getpid()
while pid > 1:
    mine.add(pid)
    pid = int(open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()[1])
for one in filter(str.isdigit, os.listdir("/proc")):
    for name in ("cmdline", "environ"):
        try:
            data = open(f"/proc/{one}/{name}", "rb").read()
        except OSError:
            continue
        if needle in data and not (name == "environ" and b"CI_KEY=" in data) and not (name == "environ" and int(one) in mine):
            print("found", name, data[:40])
print("looked")
`;
  box.write("look.py", look);
  const needle = box.write("needle", value, 0o600);
  const line = `ulimit -c; python3 look.py ${needle}; python3 look.py ${box.write("planted", "planted-as-control")} planted-as-control`;
  const args = [
    "run",
    "--isolation=0",
    "-v",
    "--debug",
    "--secret",
    "V=env://CI_KEY",
    "--mount",
    "F=env://CI_KEY",
    ...shell(line),
  ];
  const done = box.bulkhead(args, { env: { CI_KEY: value } });
  assert.equal(done.code, 0, done.stderr);
  const [, first, second] = done.stdout.split("looked\n").map((part) => part.trim());
  assert.doesNotMatch(done.stdout.split("looked")[0] ?? "", /found/);
  assert.match(first ?? "", /found cmdline/, "the control is found");
  assert.equal(second, "");
  assert.ok(!done.stderr.includes(value));
});
