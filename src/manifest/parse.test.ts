/** Declarations good and bad: what each entry becomes, and where each mistake is said to be. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { fake } from "../../test/support/fake.ts";
import { scale } from "../../test/support/scale.ts";
import {
  type Manifest,
  ManifestError,
  findManifest,
  loadManifest,
  parseManifest,
  unenforceable,
  usedBy,
} from "./index.ts";
import { MAX_BYTES } from "./yaml.ts";

const SMALL = `project: fraud-detector
stages:
  train: { run: python train.py, use: [wandb, huggingface] }
  serve: { run: python serve.py, use: [openai] }
`;

export const FULL = `project: fraud-detector
owner: ml-platform@example.com
environments: { dev: { people: true }, staging: {}, prod: { production: true, approve: 1, window: "Mon-Thu 08:00-16:00" } }
secrets:                                  # never a value
  openai:   { provider: openai, purpose: explains scores to reviewers, allow: inference, rotate: { every: 90d, grace: 1h, with: openai-admin } }
  openai-admin: { provider: openai, purpose: mints the keys above }
  wandb:    { provider: wandb, owner: research@example.com }
  hub:      { provider: huggingface, allow: read, shared: train and evaluate read the same base model }
  features: { kind: training-data, dynamic: "database/creds/features-{env}", ttl: 30m }
  billing:  { from: "aws-sm://{env}/billing" }
  gcp:      { provider: google }
stages:
  ingest: { run: python ingest.py, use: { PGUSER: features.username, PGPASSWORD: features.password } }
  train:  { run: python train.py, check: python smoke.py, on-change: restart, use: { WANDB_API_KEY: wandb, HF_TOKEN: hub, GOOGLE_APPLICATION_CREDENTIALS: { secret: gcp, as: file } }, set: { EPOCHS: 3 }, ttl: 6h, network: [api.wandb.ai, huggingface.co] }
  serve:  { run: python serve.py, broker: { OPENAI_API_KEY: { secret: openai, models: [gpt-5-mini], budget: 20 USD/day } } }
identities:
  train: { prod: { github: { repository: acme/fraud, workflow: .github/workflows/train.yml, ref: refs/heads/main, environment: prod } } }
`;

function parsed(text: string): Manifest {
  const { manifest, problems } = parseManifest(text);
  assert.deepEqual(problems, []);
  assert.ok(manifest !== null);
  return manifest;
}

const usesOf = (manifest: Manifest, stage: string): string[] =>
  (manifest.stages.find(({ name }) => name === stage)?.use ?? []).map(
    ({ variable, secret, field, as }) => `${variable}=${secret}.${field}${as === "file" ? " file" : ""}`,
  );

test("the small form: names, variables, kinds, periods and environments come by themselves", () => {
  const manifest = parsed(SMALL);
  assert.deepEqual(usesOf(manifest, "train"), ["WANDB_API_KEY=wandb.value", "HF_TOKEN=huggingface.value"]);
  assert.deepEqual(usesOf(manifest, "serve"), ["OPENAI_API_KEY=openai.value"]);
  assert.deepEqual(
    manifest.environments.map(({ name, people, production }) => ({ name, people, production })),
    [
      { name: "dev", people: true, production: false },
      { name: "staging", people: false, production: false },
      { name: "prod", people: false, production: true },
    ],
  );
  const openai = manifest.secrets.find(({ name }) => name === "openai");
  assert.equal(openai?.kind, "model-api");
  assert.equal(openai.declared, false);
  assert.deepEqual(openai.at, { line: 4, column: 40 });
  assert.equal(manifest.stages[0]?.ttl, 3_600_000);
});

test("the full form: everything said is kept, with its place", () => {
  const manifest = parsed(FULL);
  assert.deepEqual(usesOf(manifest, "ingest"), ["PGUSER=features.username", "PGPASSWORD=features.password"]);
  assert.deepEqual(usesOf(manifest, "train"), [
    "WANDB_API_KEY=wandb.value",
    "HF_TOKEN=hub.value",
    "GOOGLE_APPLICATION_CREDENTIALS=gcp.service_account file",
  ]);
  const [openai] = manifest.secrets;
  assert.deepEqual(openai?.rotate, {
    every: 90 * 86_400_000,
    grace: 3_600_000,
    with: "openai-admin",
    declared: true,
  });
  assert.deepEqual(openai.allow, ["inference"]);
  assert.equal(manifest.secrets.find(({ name }) => name === "wandb")?.owner, "research@example.com");
  assert.equal(manifest.secrets.find(({ name }) => name === "hub")?.owner, "ml-platform@example.com");
  const serve = manifest.stages.find(({ name }) => name === "serve");
  assert.deepEqual(serve?.broker[0]?.models, ["gpt-5-mini"]);
  assert.equal(serve.broker[0]?.budget, "20 USD/day");
  assert.deepEqual(serve.use, [], "a brokered key is no variable");
  assert.deepEqual(manifest.stages[1]?.set[0]?.value, "3");
  assert.deepEqual(manifest.stages[1]?.at, { line: 14, column: 3 });
  assert.deepEqual(manifest.identities[0]?.claims.ref, ["refs/heads/main"]);
});

test("what cannot be held to yet is kept and told, stage by stage", () => {
  const manifest = parsed(FULL);
  const of = (stage: string, environment: string, refuses: boolean): string[] =>
    unenforceable(manifest, stage, environment)
      .filter((one) => one.refuses === refuses)
      .map(({ what, line }) => `${what}:${line}`);
  assert.deepEqual(of("serve", "dev", true), ["stages.serve.broker.OPENAI_API_KEY:15"]);
  assert.deepEqual(of("train", "dev", true), []);
  assert.deepEqual(of("train", "dev", false), []);
  assert.deepEqual(of("ingest", "dev", true), []);
  assert.deepEqual(unenforceable(parsed(SMALL), "train", "dev"), []);
});

test("several variables of one provider, a field, a chosen field", () => {
  const manifest = parsed(
    `project: p
secrets:
  cloud: { provider: aws }
  db: { kind: database, plain: [username] }
stages:
  a: { use: { AWS_ACCESS_KEY_ID: cloud, AWS_SECRET_ACCESS_KEY: { secret: cloud, field: secret_access_key }, MY_REGION: cloud.region } }
  b: { use: { DB_PASS: db, DB_USER: db.username } }
  c: { use: [aws] }
`.replace("  c: { use: [aws] }\n", ""),
  );
  assert.deepEqual(usesOf(manifest, "a"), [
    "AWS_ACCESS_KEY_ID=cloud.access_key_id",
    "AWS_SECRET_ACCESS_KEY=cloud.secret_access_key",
    "MY_REGION=cloud.region",
  ]);
  assert.deepEqual(usesOf(manifest, "b"), ["DB_PASS=db.value", "DB_USER=db.username"]);
  assert.ok(manifest.secrets[0]?.plain.includes("region"));
  const listed = parsed("project: p\nstages: { a: { use: [aws] } }\n").stages[0]?.use ?? [];
  assert.ok(listed.some(({ variable, optional }) => variable === "AWS_SECRET_ACCESS_KEY" && optional));
});

/** Text, then what must be said: `line:column code` and a piece of message and hint. */
const head = "project: p\n";
const stage = (body: string): string => `${head}stages:\n  a: ${body}\n`;
const secretOf = (body: string): string => `${head}secrets:\n  s: ${body}\nstages: { a: {} }\n`;
const BAD: readonly (readonly [what: string, text: string, where: string, says: RegExp])[] = [
  ["empty file", "", "1:1 manifest.empty", /empty/],
  ["only a comment", "# nothing\n", "1:1 manifest.empty", /empty/],
  ["a list", "- a\n", "1:1 manifest.wrong-type", /must be a map, not a list/],
  ["a word", "hello\n", "1:1 manifest.wrong-type", /not text/],
  ["tab", "project: p\nstages:\n\ta: {}\n", "3:1 manifest.tab", /spaces/],
  [
    "duplicate key",
    "project: p\nproject: q\nstages: { a: {} }\n",
    "2:1 manifest.duplicate-key",
    /first on line 1/,
  ],
  [
    "duplicate stage",
    `${head}stages:\n  a: {}\n  a: {}\n`,
    "4:3 manifest.duplicate-key",
    /`a` stands twice in stages/,
  ],
  ["alias", `${head}stages: &x { a: {} }\n`, "2:12 manifest.alias", /write the value out/],
  ["merge key", `${head}stages:\n  a: { <<: {} }\n`, "3:8 manifest.alias", /merge/],
  ["tag", `${head}stages: { a: { run: !!binary aGk= } }\n`, "2:30 manifest.alias", /tags/],
  ["two documents", `${head}---\nproject: q\n`, "2:1 manifest.syntax", /one/],
  ["unclosed", `${head}stages: { a: {}\n`, "3:1 manifest.syntax", /./],
  ["NUL", `${head}\0`, "1:1 manifest.not-text", /UTF-8/],
  ["no project", "stages: { a: {} }\n", "1:1 manifest.missing-key", /needs `project`/],
  ["no stages", head, "1:1 manifest.missing-key", /needs `stages`/],
  ["stages empty", `${head}stages: {}\n`, "2:9 manifest.bad-value", /empty/],
  [
    "unknown key",
    `${head}stage: {}\nstages: { a: {} }\n`,
    "2:1 manifest.unknown-key",
    /did you mean `stages`/,
  ],
  ["unknown stage key", stage("{ runs: x }"), "3:8 manifest.unknown-key", /did you mean `run`/],
  ["unknown secret key", secretOf("{ value: x }"), "3:8 manifest.unknown-key", /known: provider/],
  ["prototype key", stage("{ __proto__: {}, constructor: x }"), "3:8 manifest.unknown-key", /not known/],
  ["upper-case project", "project: Fraud\nstages: { a: {} }\n", "1:10 manifest.bad-name", /write `fraud`/],
  [
    "hostile project",
    `project: 'x" { capabilities = ["sudo"] }'\nstages: { a: {} }\n`,
    "1:10 manifest.bad-name",
    /not a name for a project/,
  ],
  ["climbing name", `${head}stages: { ../b: {} }\n`, "2:11 manifest.bad-name", /`\.\.\/b`/],
  ["a name that objects have", `${head}stages: { prototype: {} }\n`, "2:11 manifest.bad-name", /`prototype`/],
  ["plus", `${head}stages: { +: {} }\n`, "2:11 manifest.bad-name", /lower-case/],
  ["star", `${head}stages: { "*": {} }\n`, "2:11 manifest.bad-name", /lower-case/],
  ["empty name", `${head}stages: { "": {} }\n`, "2:11 manifest.bad-name", /``/],
  ["long name", `${head}stages: { ${"a".repeat(64)}: {} }\n`, "2:11 manifest.bad-name", /lower-case/],
  ["look-alike", `${head}stages: { tr\u0430in: {} }\n`, "2:11 manifest.bad-name", /tr\\u\{430\}in/],
  ["right-to-left mark", `${head}stages: { "a\u202e": {} }\n`, "2:11 manifest.bad-name", /\\u\{202e\}/],
  ["dot in name", `${head}stages: { a.b: {} }\n`, "2:11 manifest.bad-name", /write `a-b`/],
  [
    "run is a list",
    stage("{ run: [python] }"),
    "3:13 manifest.wrong-type",
    /stages\.a\.run must be a command line, not a list/,
  ],
  ["run is a number", stage("{ run: 3 }"), "3:13 manifest.wrong-type", /quotes/],
  ["use is text", stage("{ use: openai }"), "3:13 manifest.wrong-type", /a list or a map, not text/],
  ["use nothing", stage("{ use: }"), "3:13 manifest.wrong-type", /not nothing/],
  ["unknown secret", stage("{ use: [opnai] }"), "3:14 manifest.unknown-secret", /did you mean `openai`/],
  [
    "unknown secret in map",
    stage("{ use: { X_KEY: nobody-knows } }"),
    "3:22 manifest.unknown-secret",
    /declare it/,
  ],
  [
    "ambiguous secret",
    `${head}secrets: { hub: { provider: huggingface } }\nstages: { a: { use: [huggingface] } }\n`,
    "3:22 manifest.ambiguous-secret",
    /write `hub`/,
  ],
  [
    "no variable",
    `${head}secrets: { s: {} }\nstages: { a: { use: [s] } }\n`,
    "3:22 manifest.no-variable",
    /VARIABLE: s/,
  ],
  ["unknown field", stage("{ use: { X: openai.key } }"), "3:18 manifest.unknown-field", /its fields: value/],
  ["ambiguous field", stage("{ use: { X: aws } }"), "3:18 manifest.ambiguous-field", /write `aws\./],
  [
    "two fields",
    stage("{ use: { X: { secret: aws.region, field: url } } }"),
    "3:15 manifest.bad-value",
    /two fields/,
  ],
  ["bad variable", stage("{ use: { 1X: openai } }"), "3:15 manifest.bad-variable", /digit/],
  ["injected variable", stage(`{ set: { "A=B\\nC": x } }`), "3:15 manifest.bad-variable", /variable name/],
  ["reserved", stage("{ use: { LD_PRELOAD: openai } }"), "3:15 manifest.reserved-variable", /loader/],
  ["reserved prefix", stage("{ set: { BULKHEAD_TOKEN: x } }"), "3:15 manifest.reserved-variable", /Bulkhead/],
  ["reserved path", stage("{ set: { PATH: /tmp } }"), "3:15 manifest.reserved-variable", /job finds/],
  [
    "variable twice",
    stage("{ use: [openai], set: { OPENAI_API_KEY: x } }"),
    "3:30 manifest.duplicate-variable",
    /twice \(first on line 3\)/,
  ],
  [
    "brokered twice",
    stage("{ use: [openai], broker: { OPENAI_API_KEY: openai } }"),
    "3:33 manifest.duplicate-variable",
    /one source/,
  ],
  [
    "unknown provider",
    secretOf("{ provider: opnai }"),
    "3:18 manifest.unknown-provider",
    /did you mean `openai`/,
  ],
  ["unknown kind", secretOf("{ kind: modelapi }"), "3:14 manifest.bad-value", /did you mean `model-api`/],
  ["bad duration", secretOf("{ rotate: soon }"), "3:16 manifest.bad-value", /duration/],
  ["too long", secretOf("{ rotate: 9999d }"), "3:16 manifest.bad-value", /10 years/],
  [
    "keys sent in clear text",
    secretOf('{ rotate: { url: "http://keys.example.com" } }'),
    "3:23 manifest.bad-value",
    /https/,
  ],
  ["with nobody", secretOf("{ rotate: { every: 9d, with: t } }"), "3:35 manifest.unknown-secret", /`t`/],
  ["with itself", secretOf("{ rotate: { every: 9d, with: s } }"), "3:35 manifest.cycle", /s → s/],
  [
    "with circle",
    `${head}secrets:\n  s: { rotate: { every: 9d, with: t } }\n  t: { rotate: { every: 9d, with: s } }\nstages: { a: {} }\n`,
    "3:35 manifest.cycle",
    /s → t → s/,
  ],
  [
    "minting secret used",
    `${head}secrets:\n  s: { provider: openai, rotate: { every: 9d, with: t } }\n  t: { provider: openai }\nstages: { a: { use: { X: t } } }\n`,
    "5:26 manifest.rotation-secret-used",
    /line 3/,
  ],
  ["from and dynamic", secretOf("{ from: 'env://X', dynamic: a/b }"), "3:25 manifest.bad-value", /both/],
  ["ttl alone", secretOf("{ ttl: 1h }"), "3:8 manifest.bad-value", /dynamic/],
  ["strange placeholder", secretOf("{ dynamic: 'a/{stage}' }"), "3:17 manifest.bad-value", /\{env\}/],
  ["climbing path", secretOf("{ dynamic: 'a/../sys/raw' }"), "3:17 manifest.bad-value", /segments/],
  ["climbing reference", secretOf("{ from: 'vault://a/../b' }"), "3:14 manifest.bad-value", /climb/],
  [
    "bad budget",
    stage("{ broker: { K: { secret: openai, budget: lots } } }"),
    "3:47 manifest.bad-value",
    /20 USD\/day/,
  ],
  [
    "bad window",
    `${head}environments: { prod: { production: true, window: sometimes } }\nstages: { a: {} }\n`,
    "2:51 manifest.bad-value",
    /Mon-Thu/,
  ],
  [
    "approve in dev",
    `${head}environments: { dev: { approve: 1 } }\nstages: { a: {} }\n`,
    "2:24 manifest.bad-value",
    /production: true/,
  ],
  [
    "approve text",
    `${head}environments: { prod: { production: true, approve: two } }\nstages: { a: {} }\n`,
    "2:52 manifest.wrong-type",
    /whole number from 1 to 10/,
  ],
  [
    "people text",
    `${head}environments: { dev: { people: yes } }\nstages: { a: {} }\n`,
    "2:32 manifest.wrong-type",
    /true or false/,
  ],
  ["whole domain", stage("{ network: ['*.com'] }"), "3:18 manifest.bad-value", /top-level/],
  [
    "identity of nobody",
    `${head}stages: { a: {} }\nidentities: { b: { dev: { github: { ref: x } } } }\n`,
    "3:15 manifest.unknown-stage",
    /no stage `b`/,
  ],
  [
    "identity nowhere",
    `${head}stages: { a: {} }\nidentities: { a: { devl: { github: { ref: x } } } }\n`,
    "3:20 manifest.unknown-environment",
    /did you mean `dev`/,
  ],
  [
    "identity of what",
    `${head}stages: { a: {} }\nidentities: { a: { dev: { gihub: { ref: x } } } }\n`,
    "3:27 manifest.bad-value",
    /did you mean `github`/,
  ],
  ["control characters", secretOf('{ purpose: "a\\e[2Jb" }'), "3:17 manifest.bad-value", /control/],
];

for (const [what, text, where, says] of BAD)
  test(`refused: ${what}`, () => {
    const { manifest, problems } = parseManifest(text);
    assert.equal(manifest, null);
    const told = problems.map(({ line, column, code }) => `${line}:${column} ${code}`);
    assert.ok(told.includes(where), `${where} is among ${JSON.stringify(problems)}`);
    const found = problems.find(({ line, column, code }) => `${line}:${column} ${code}` === where);
    assert.match(`${found?.message} ${found?.hint}`, says);
  });

test("every problem is told at once, in order of the file", () => {
  const { problems } = parseManifest(
    "project: P\nstages:\n  A: { use: [opnai], runs: x }\n  b: { ttl: never }\nowners: me\n",
  );
  assert.deepEqual(
    problems.map(({ line, code }) => `${line} ${code}`),
    ["1 manifest.bad-name", "3 manifest.bad-name", "4 manifest.bad-value", "5 manifest.unknown-key"],
  );
});

test("a credential anywhere in the file is refused, and no message repeats it", () => {
  const value = fake("ghp_", 30);
  const key = `sk-ant-api03-${fake("", 93)}AA`;
  for (const text of [
    stage(`{ set: { KEY: ${key} } }`),
    `${head}# old: ${key}\nstages: { a: {} }\n`,
    secretOf(`{ provider: ${key} }`),
  ]) {
    const { problems } = parseManifest(text);
    assert.ok(problems.some(({ code }) => code === "manifest.value-in-file"));
    assert.ok(!JSON.stringify(problems).includes(key.slice(13)));
  }
  for (const text of [
    secretOf(`{ provider: ${value} }`),
    secretOf(`{ ${value}: x }`),
    stage(`{ use: [${value}] }`),
  ])
    assert.ok(!JSON.stringify(parseManifest(text).problems).includes(value), "planted in the wrong place");
  const { problems } = parseManifest(secretOf("{ provider: opnai-planted }"));
  assert.ok(JSON.stringify(problems).includes("opnai-planted"), "the search does see what messages repeat");
});

test("a huge or deep file is refused at once, not after minutes", () => {
  const codes = (text: string): string[] => parseManifest(text).problems.map(({ code }) => code);
  assert.deepEqual(codes("x".repeat(10 << 20)), ["manifest.too-large"]);
  for (const text of ["[", "{a: ", "- ", "? "])
    assert.deepEqual(codes(text.repeat(Math.floor(MAX_BYTES / text.length))), ["manifest.too-deep"], text);
  const indents = Array.from({ length: 1_000 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join("");
  assert.deepEqual(codes(indents), ["manifest.too-deep"]);
  const laughs = `a: &a [x, x]\n${Array.from({ length: 20 }, (_, i) => `b${i}: &b${i} [*a, *a]`).join("\n")}\n`;
  assert.ok(codes(laughs).includes("manifest.alias"));
  const wide = `${head}stages:\n${Array.from({ length: 20_000 }, (_, i) => `  s${i}: {}\n`).join("")}`;
  assert.deepEqual(codes(wide), []);
});

test("files: found above, refused with their name, unreadable ones told", async () => {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-manifest-"));
  try {
    writeFileSync(join(root, "bulkhead.yaml"), SMALL);
    assert.equal(await findManifest(root), join(root, "bulkhead.yaml"));
    assert.equal((await loadManifest(join(root, "bulkhead.yaml"))).project, "fraud-detector");
    writeFileSync(join(root, "bad.yaml"), Buffer.from([0x70, 0xff, 0xfe]));
    await assert.rejects(loadManifest(join(root, "bad.yaml"), "bad.yaml"), (error: unknown) => {
      assert.ok(error instanceof ManifestError);
      assert.equal(error.exit, 2);
      assert.match(error.message, /^bad\.yaml has a problem:\nbad\.yaml:1:1: /);
      return true;
    });
    writeFileSync(join(root, "big.yaml"), Buffer.alloc(MAX_BYTES + 1, 0x20));
    await assert.rejects(loadManifest(join(root, "big.yaml")), { code: "manifest.invalid" });
    await assert.rejects(loadManifest(join(root, "none.yaml")), { code: "io.failed" });
  } finally {
    rmSync(root, { recursive: true });
  }
});

test("no text makes the reader throw", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "project: ",
      "stages:",
      "use: ",
      "secrets:",
      "\n",
      "  ",
      "{",
      "}",
      "[",
      "]",
      ": ",
      "- ",
      "&a ",
      "*a",
      "!!x ",
      "|\n",
      ">",
      "? ",
      "'",
      '"',
      "#",
      "%YAML 1.2\n",
      "---\n",
      "...\n",
      "<<: ",
      "null",
      "\t",
      "\u2028",
    ),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join("");
      const { manifest, problems } = parseManifest(text);
      assert.equal(manifest === null, problems.length > 0);
    }),
    { numRuns: scale(400, 20_000) },
  );
  fc.assert(
    fc.property(fc.json({ maxDepth: 6 }), (text) => {
      const { manifest, problems } = parseManifest(text);
      assert.equal(manifest === null, problems.length > 0);
    }),
    { numRuns: scale(300, 10_000) },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      assert.equal(parseManifest(bytes).manifest, null);
    }),
    { numRuns: scale(200, 5_000) },
  );
});

test("one character changed anywhere: a manifest or problems, never a throw", () => {
  fc.assert(
    fc.property(
      fc.nat(FULL.length - 1),
      fc.constantFrom("", " ", "\t", "{", "]", ":", "\n", "*", '"', "a"),
      (at, char) => {
        const { manifest, problems } = parseManifest(FULL.slice(0, at) + char + FULL.slice(at + 1));
        assert.equal(manifest === null, problems.length > 0);
      },
    ),
    { numRuns: scale(300, 5_000) },
  );
});

test("how a job gets its values: files, pipes, descriptors, composed text, templates", () => {
  const manifest = parsed(`project: p
secrets:
  db: { kind: database, plain: [username] }
  hub: { provider: huggingface }
stages:
  a:
    on-change: { signal: HUP }
    use:
      FILE: { secret: hub, as: file, name: hub.txt }
      ONCE: { secret: hub, max-reads: 3 }
      PIPE: { secret: db.password, as: pipe }
      OPEN: { secret: db.password, as: descriptor }
      KUBECONFIG: db.config
      URL: { compose: "postgres://\${db.username}:\${db.password|raw}@x" }
      CONF: { template: conf/app.tpl, secrets: [db, hub] }
`);
  const [stage] = manifest.stages;
  assert.deepEqual(stage?.onChange, { signal: "HUP" });
  assert.deepEqual(
    stage.use.map(({ variable, as, name, maxReads }) => [variable, as, name ?? maxReads ?? null]),
    [
      ["FILE", "file", "hub.txt"],
      ["ONCE", "pipe", 3],
      ["PIPE", "pipe", 1],
      ["OPEN", "descriptor", null],
      ["KUBECONFIG", "file", null],
    ],
  );
  assert.deepEqual(
    stage.composed.map(({ variable, as, file, parts }) => [variable, as, file ?? null, Object.values(parts)]),
    [
      [
        "URL",
        "variable",
        null,
        [
          { secret: "db", field: "username" },
          { secret: "db", field: "password" },
        ],
      ],
      [
        "CONF",
        "file",
        "conf/app.tpl",
        [
          { secret: "db", field: "value" },
          { secret: "hub", field: "value" },
        ],
      ],
    ],
  );
  assert.deepEqual(usedBy(stage), ["db", "hub"], "what only a composed value uses is used");
});

const problemText = (one: { readonly message: string; readonly hint?: string | undefined }): string =>
  `${one.message} ${one.hint ?? ""}`;

test("what does not go together is refused at its line", () => {
  const told = (entry: string): string => {
    const text = `project: p\nsecrets: { db: {} }\nstages:\n  a: { use: { X: ${entry} } }\n`;
    const { problems } = parseManifest(text);
    assert.ok(problems.length > 0, entry);
    return problems.map((one) => `${one.line}: ${problemText(one)}`).join("\n");
  };
  for (const [entry, says] of [
    ["{ field: a }", /4: .*secret/],
    ["{ secret: db, compose: '${db.a}' }", /one of them/],
    ["{ compose: 'no place' }", /names no secret/],
    ["{ compose: '${db.a' }", /has no `}`/],
    ["{ compose: '${db.a|nosuch}' }", /is no filter/],
    ["{ compose: '${nosuch.a}' }", /nosuch/],
    ["{ template: a.tpl }", /belong together/],
    ["{ template: /etc/x, secrets: [db] }", /relative path/],
    ["{ template: ../x, secrets: [db] }", /relative path/],
    ["{ secret: db, secrets: [db] }", /belong together|one of them/],
    ["{ secret: db, name: x }", /a variable has no name/],
    ["{ secret: db, as: file, max-reads: 2 }", /only a pipe counts/],
    ["{ secret: db, as: pipe, max-reads: 0 }", /from 1 to 1000/],
    ["{ secret: db, as: file, name: a/b }", /without folders/],
  ] as const)
    assert.match(told(entry), says, entry);
});
