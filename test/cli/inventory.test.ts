/** Inventory, blast radius, pushes, retirement and maturity through the release bundle, on stores and repositories of their own. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { openLocal } from "../../src/server/local.ts";
import { fake } from "../support/fake.ts";
import { protocolServer } from "../support/protocol-server.ts";
import { fakeGitHub } from "../support/push-servers.ts";
import { type Sandbox, sandbox } from "./support.ts";

interface Row {
  readonly id: string;
  readonly stages: readonly string[];
  readonly version: number | null;
  readonly last_use: { readonly state: string; readonly by?: string };
  readonly elsewhere: readonly { readonly what: string; readonly place: string }[];
  readonly flags: readonly { readonly id: string; readonly why: string }[];
}

const declaration = (url: string): string => `project: fraud
environments: { dev: { people: true }, prod: { production: true } }
secrets:
  openai:
    provider: openai
    owner: "=cmd|x"
    purpose: <b>explains</b>
    push: { github: { repository: acme/fraud, environment: "{env}", with: pusher, url: "${url}" } }
  pusher: { kind: source-control, owner: ops, purpose: writes secrets there }
  left: { kind: generic }
stages:
  train: { run: "test -n \\"$OPENAI_API_KEY\\"", use: { OPENAI_API_KEY: openai } }
`;

test("a key's life: listed, used, pushed, drifted, drawn, found, retired", async (t) => {
  const box = sandbox(t);
  const [token, value, prod] = [fake("ghs_", 36), fake("sk-proj-", 48), fake("sk-proj-", 48)];
  const host = await fakeGitHub(token);
  const server = await protocolServer(host.answer);
  box.atEnd(() => server.stop());
  box.write("bulkhead.yaml", declaration(server.address));
  box.write(
    ".github/workflows/train.yml",
    "on: push\njobs:\n  train:\n    runs-on: ubuntu-latest\n    environment: dev\n    steps:\n      - run: python train.py\n        env: { OPENAI_API_KEY: '${{ secrets.OPENAI_API_KEY }}' }\n",
  );
  const run = (args: string[], input = "") => {
    const done = box.bulkhead(args, { input });
    assert.equal(done.code, 0, `${args.join(" ")}: ${done.stderr}`);
    return done;
  };
  run(["apply"]);
  for (const [name, env, text] of [
    ["openai", "dev", value],
    ["openai", "prod", prod],
    ["pusher", "dev", token],
    ["left", "dev", fake("", 20)],
  ] as const)
    run(["secret", "put", name, "--env", env], text);

  const rows = (...args: string[]): Map<string, Row> =>
    new Map(box.json<Row[]>(["inventory", ...args]).map((row) => [row.id, row]));
  const before = rows();
  assert.deepEqual(
    [...before.keys()],
    [
      "fraud/dev/left",
      "fraud/dev/openai",
      "fraud/dev/pusher",
      "fraud/prod/left",
      "fraud/prod/openai",
      "fraud/prod/pusher",
    ],
  );
  assert.equal(before.get("fraud/dev/openai")?.last_use.state, "none");
  assert.deepEqual(
    before.get("fraud/dev/left")?.flags.map(({ id }) => id),
    ["unused", "ownerless"],
  );
  run(["run", "train", "--env", "dev"]);
  const used = rows("--project", "fraud", "--env", "dev", "--stage", "train");
  assert.deepEqual([...used.keys()], ["fraud/dev/openai"]);
  assert.match(used.get("fraud/dev/openai")?.last_use.by ?? "", /^fraud\/train in dev$/);
  assert.equal(statSync(join(box.store, "usage.json")).mode & 0o777, 0o600);
  const csv = run(["inventory", "--format", "csv"]).stdout;
  assert.ok(csv.includes("'=cmd") && !/(?:^|,)"?=/m.test(csv), csv);
  assert.ok(!run(["inventory", "--format", "markdown"]).stdout.includes("<b>"));

  const push = (...args: string[]) => box.later(["push", ...args]);
  const dry = await push("github", "--env", "dev", "--dry-run");
  assert.match(dry.stdout, /openai +github +acme\/fraud dev +OPENAI_API_KEY +1 +would push/, dry.stderr);
  assert.deepEqual([host.values.size, server.asked.length], [0, 0]);
  assert.equal((await push("github", "--env", "dev")).code, 0);
  assert.equal(host.values.get("acme/fraud dev OPENAI_API_KEY"), value);
  assert.match((await push("all", "--env", "dev")).stderr, /0 values pushed/);
  const drift = async (): Promise<unknown> => {
    const { code, stdout } = await push("status", "github", "--env", "dev", "--json");
    return [code, (JSON.parse(stdout) as { drift: string }[]).map((one) => one.drift)];
  };
  assert.deepEqual(await drift(), [0, ["same"]]);
  host.change("acme/fraud dev OPENAI_API_KEY", "x");
  assert.deepEqual(await drift(), [3, ["changed"]]);
  await push("github", "--env", "dev");
  run(["secret", "put", "openai", "--env", "dev"], fake("sk-proj-", 48));
  assert.deepEqual(await drift(), [3, ["behind"]]);
  host.change("acme/fraud dev OPENAI_API_KEY", null);
  assert.deepEqual(await drift(), [3, ["gone"]]);
  const wrong = await push("gitlab", "--env", "dev");
  assert.deepEqual([wrong.code, wrong.stdout], [2, ""]);
  assert.match(wrong.stderr, /no secret of bulkhead\.yaml is pushed to gitlab in dev/);

  run(["ci", "inventory", "--record"]);
  const blast = JSON.parse(run(["blast", "openai", "--env", "dev", "--format", "json"]).stdout) as {
    fallen: {
      credential: string;
      stages: string[];
      pushes: string[];
      pipelines: string[];
      systems: string[];
    }[];
  };
  assert.deepEqual(
    blast.fallen.map(({ credential, stages, systems, pushes, pipelines }) => [
      credential,
      stages,
      systems,
      pushes.length,
      pipelines.length,
    ]),
    [["fraud/dev/openai", ["fraud/train in dev"], ["OpenAI"], 1, 1]],
  );
  const text = run(["blast", "train.yml"]).stdout;
  assert.match(text, /workflow train\.yml falls:\n\nfraud\/dev\/openai\n {2}opens +OpenAI/);
  const runId = box.json<{ id: string }[]>(["runs"])[0]?.id ?? "";
  const svg = run(["blast", runId, "--format", "svg"]).stdout;
  assert.ok(svg.startsWith("<svg") && svg.includes("fraud/dev/openai"));
  assert.match(
    run(["blast", "pusher", "--env", "dev"]).stdout,
    /mints +fraud\/dev\/openai/,
    "its token writes there",
  );
  const nothing = box.bulkhead(["blast", "nothing"]);
  assert.deepEqual([nothing.code, nothing.stdout], [2, ""]);

  run(["secret", "retire", "left", "--env", "dev", "--reason", "the job is gone"]);
  const refused = box.bulkhead(["secret", "get", "left", "--env", "dev"]);
  assert.deepEqual([refused.code, refused.stdout], [1, ""]);
  assert.match(refused.stderr, /was retired on .*\(the job is gone\); it is destroyed on/);
  assert.ok(
    rows()
      .get("fraud/dev/left")
      ?.flags.some(({ id }) => id === "retired"),
  );
  run(["secret", "retire", "left", "--env", "dev", "--undo"]);
  run(["secret", "get", "left", "--env", "dev"]);
  assert.match(
    run(["audit", "search", "--path", "secret/retire/*"]).stdout,
    /secret\/retire\/fraud\/dev\/left/,
  );

  const log = readdirSync(join(box.store, "audit")).find((name) => name.endsWith(".jsonl")) ?? "";
  const [line = ""] = readFileSync(join(box.store, "audit", log), "utf8").split("\n");
  appendFileSync(join(box.store, "audit", log), `${line}\n`);
  const forged = box.bulkhead(["inventory", "--json"]);
  assert.match(forged.stderr, /the audit log was changed/);
  for (const secret of [value, prod, token])
    assert.ok(!readFileSync(join(box.store, "usage.json"), "utf8").includes(secret));
});

const CLEAN = `on: push
permissions: { contents: read }
jobs:
  test:
    runs-on: ubuntu-latest
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8
        with: { persist-credentials: false }
      - run: python -m pytest
`;
const git = (box: Sandbox, ...args: string[]): Buffer =>
  execFileSync("git", ["-C", box.project, "-c", "user.name=a", "-c", "user.email=a@example.com", ...args]);

interface Assessed {
  readonly level: number;
  readonly marks: readonly {
    readonly id: string;
    readonly holds: boolean | null;
    readonly evidence: string;
  }[];
  readonly next: { readonly id: string } | null;
  readonly before: readonly { readonly level: number }[];
}

/** Organisations as they are found, one a level. */
const SAMPLES: readonly {
  readonly level: number;
  readonly next: string | null;
  readonly make: (box: Sandbox) => Promise<void> | void;
  readonly marks: Readonly<Record<string, boolean | null>>;
}[] = [
  {
    level: 1,
    next: "declared",
    marks: { declared: false, stored: false, "no-env-files": false, "no-keys-in-files": false },
    make: (box) => {
      box.write(".env", `OPENAI_API_KEY=${fake("sk-proj-", 48)}\n`);
      box.write(
        "a.ipynb",
        JSON.stringify({
          cells: [{ cell_type: "code", source: [`k = "${fake("hf_", 34)}"\n`], outputs: [] }],
        }),
      );
    },
  },
  {
    level: 2,
    next: "owners",
    marks: { declared: true, stored: true, "no-env-files": true, "no-keys-in-files": true, receipts: false },
    make: (box) => {
      box.write("bulkhead.yaml", "project: two\nstages:\n  train: { run: 'true', use: [openai] }\n");
      box.bulkhead(["apply"]);
      box.bulkhead(["secret", "put", "openai"], { input: fake("sk-proj-", 48) });
    },
  },
  {
    level: 3,
    next: "just-in-time",
    marks: {
      owners: true,
      rotated: true,
      receipts: true,
      audited: true,
      "just-in-time": false,
      identities: false,
    },
    make: (box) => {
      box.write(
        "bulkhead.yaml",
        "project: three\nowner: ml@example.com\nsecrets:\n  openai: { provider: openai, purpose: explains }\nstages:\n  train: { run: 'true', use: [openai] }\n",
      );
      box.bulkhead(["apply"]);
      for (const env of ["dev", "prod"])
        box.bulkhead(["secret", "put", "openai", "--env", env], { input: fake("sk-proj-", 48) });
      assert.equal(box.bulkhead(["run", "train"]).code, 0);
    },
  },
  {
    level: 4,
    next: null,
    marks: {
      "just-in-time": true,
      identities: true,
      compartments: true,
      "least-rights": true,
      pipelines: true,
    },
    make: async (box) => {
      box.write(".github/workflows/test.yml", CLEAN);
      box.write(
        "bulkhead.yaml",
        `project: four
owner: ml@example.com
environments: { dev: { people: true }, prod: { production: true } }
secrets:
  features: { kind: database, purpose: reads features, dynamic: "minted/{env}", ttl: 5m }
stages:
  train: { run: 'true', use: { PGPASSWORD: features.password } }
identities:
  train: { prod: { github: { repository: acme/fraud, workflow: .github/workflows/train.yml, ref: refs/heads/main, environment: prod } } }
`,
      );
      const local = await openLocal({ home: box.store });
      const call = async (path: string, body: object): Promise<void> => {
        const answer = await local.handle({
          method: "POST",
          path,
          query: new URLSearchParams(),
          headers: { "x-vault-token": local.operatorToken.revealText() },
          body: Buffer.from(JSON.stringify(body)),
          remote: "local",
        });
        assert.ok(answer.status < 300, path);
      };
      await call("sys/mounts/minted", { type: "kv", options: { version: "1" } });
      await call("minted/dev", { password: fake("", 20) });
      await local.close();
      const applied = box.bulkhead(["apply"]);
      assert.equal(applied.code, 0, applied.stderr);
      assert.equal(box.bulkhead(["run", "train"]).code, 0);
    },
  },
];

for (const { level, next, make, marks } of SAMPLES)
  test(`a sample organisation is judged to be of level ${level}, by its evidence`, async (t) => {
    const box = sandbox(t);
    execFileSync("git", ["init", "-q", box.project]);
    await make(box);
    git(box, "add", "-A");
    git(box, "commit", "-qm", "all");
    const first = box.json<Assessed>(["maturity", "--record"]);
    const found = Object.fromEntries(first.marks.map(({ id, holds }) => [id, holds]));
    const why = JSON.stringify(first.marks, null, 1);
    for (const [id, holds] of Object.entries(marks)) assert.equal(found[id], holds, `${id}: ${why}`);
    assert.deepEqual([first.level, first.next?.id ?? null], [level, next], why);
    assert.ok(first.marks.every(({ evidence }) => evidence !== ""));
    const again = box.bulkhead(["maturity"]);
    assert.match(again.stdout, new RegExp(`^level ${level} of 4`));
    if (level > 1) assert.match(again.stdout, new RegExp(`before: .* level ${level}`));
  });
