import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { fake } from "../../test/support/fake.ts";
import { expandRecipe } from "../../test/support/recipes.ts";
import { scale } from "../../test/support/scale.ts";
import { providers } from "../providers/index.ts";
import { createDetector } from "./detector.ts";
import type { RawMatch } from "./types.ts";

const detector = createDetector({ providers });
const find = (text: string): RawMatch[] => detector.scan(Buffer.from(text, "latin1"));
const ids = (text: string): string[] => find(text).map(({ rule }) => rule.id);
const values = (text: string): string[] => find(text).map(({ value }) => value.toString("latin1"));
const show = (matches: readonly RawMatch[]): string[] =>
  matches.map(({ offset, length, rule, value }) => `${offset}+${length} ${rule.id} ${value.toString("hex")}`);

const credentials = providers.flatMap((provider) =>
  provider.credentials.map((credential) => ({ provider, credential })),
);
const sample = (id: string, hit = 0, seed = "s"): string =>
  expandRecipe(
    credentials.find(({ credential }) => credential.id === id)?.credential.hits[hit] ?? [],
    `${id}${hit}${seed}`,
  );

test("rule ids are unique", () => {
  const all = detector.rules.map(({ id }) => id);
  assert.equal(new Set(all).size, all.length);
});

test("every credential's hits are found, alone and among all rules, and its misses are not", () => {
  for (const { provider, credential } of credentials) {
    const alone = createDetector({ providers: [{ ...provider, credentials: [credential] }] });
    for (const engine of [alone, detector]) {
      for (const [index, recipe] of credential.hits.entries())
        for (const seed of ["a", "b", "c"]) {
          const text = `first line\n${expandRecipe(recipe, `${credential.id}${index}${seed}`)}\nlast line`;
          const found = engine.scan(Buffer.from(text, "latin1"));
          const mine = found.filter(({ rule }) => rule.id === credential.id);
          assert.equal(mine.length, 1, `${credential.id}: hit ${index}: ${show(found).join("; ")}`);
          const match = mine[0];
          assert.ok(match !== undefined && text.slice(match.offset, match.offset + match.length).length > 0);
        }
      for (const [index, recipe] of credential.misses.entries()) {
        const found = engine.scan(Buffer.from(expandRecipe(recipe, `${credential.id}m${index}`), "latin1"));
        assert.deepEqual(
          found.map(({ rule }) => rule.id).filter((id) => id === credential.id),
          [],
          `miss ${index}`,
        );
      }
    }
  }
});

test("all credentials in one file are each found, whatever separates them", () => {
  const texts = credentials.flatMap(({ credential }) =>
    credential.hits.map((recipe, i) => expandRecipe(recipe, `all${credential.id}${i}`)),
  );
  for (const separator of ["\n", "\r\n", " ; ", "\\n"]) {
    const found = new Set(ids(texts.join(separator)));
    const missed = credentials.map(({ credential }) => credential.id).filter((id) => !found.has(id));
    assert.deepEqual(missed, [], JSON.stringify(separator));
  }
  assert.ok(find(texts.join("\n")).length >= texts.length);
});

test("a value is found in the places where values stand", () => {
  const key = sample("huggingface-token");
  for (const text of [
    key,
    `HF_TOKEN=${key}`,
    `token: "${key}"`,
    `https://user:${key}@huggingface.co/acme/model`,
    `{"source": ["login(token=\\"${key}\\")\\n"]}`,
    `"print('x')\\n${key}\\n"`,
    `\u001b[31m${key}\u001b[0m`,
    `"\\u001b[31m${key}\\u001b[0m"`,
    `?token%3D${key}&x=1`,
    `"token\\u003d${key}"`,
    `<td>${key}</td>`,
    `Bearer ${key},`,
    `${"\0\xff".repeat(50)}${key}\0\0`,
  ])
    assert.deepEqual(values(text), [key], JSON.stringify(text.slice(0, 20)));
});

test("the most specific rule wins, and one value is reported once", () => {
  const hf = sample("huggingface-token");
  assert.deepEqual(ids(`api_key = "${hf}"`), ["huggingface-token"]);
  const dsn = `postgresql://trainer:${fake("", 24)}@db.internal/features`;
  assert.deepEqual(ids(`DATABASE_URL=${dsn}`), ["postgres-password"]);
  assert.deepEqual(ids(sample("google-service-account")), ["google-service-account"]);
  assert.deepEqual(ids(`secret_token = "${fake("", 40, "alnum", "generic")}"`), ["generic-assignment"]);
  assert.deepEqual(ids(sample("aws-secret-access-key", 4)).sort(), [
    "aws-access-key-id",
    "aws-secret-access-key",
  ]);
});

const pem = (kind: string, eol: string): string =>
  `-----BEGIN ${kind}-----${eol}${[64, 64, 64, 20].map((n) => fake("", n, "base64")).join(eol)}${eol}-----END ${kind}-----`;

test("a PuTTY key is found by its private lines", () => {
  const lines = [fake("", 64, "base64"), fake("", 52, "base64")].join("\n");
  const key = `PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 1\n${fake("", 64, "base64")}\nPrivate-Lines: 2\n${lines}\nPrivate-MAC: 00\n`;
  assert.deepEqual(
    values(key).map((value) => value.trim()),
    [lines],
  );
});

test("private keys of all kinds, with real or escaped line ends, are the same value", () => {
  for (const kind of [
    "PRIVATE KEY",
    "RSA PRIVATE KEY",
    "EC PRIVATE KEY",
    "OPENSSH PRIVATE KEY",
    "ENCRYPTED PRIVATE KEY",
    "DSA PRIVATE KEY",
    "PGP PRIVATE KEY BLOCK",
  ]) {
    const key = pem(kind, "\n");
    assert.deepEqual(values(`x ${key} y`), [key]);
    assert.deepEqual(values(`{"key": "${key.replaceAll("\n", "\\n")}"}`), [key]);
    assert.deepEqual(values(key.replaceAll("\n", "\r\n")), [key]);
    const lines = key.split("\n").map((line, i, all) => `    "${line}${i < all.length - 1 ? "\\n" : ""}"`);
    assert.deepEqual(values(`["key = \\"",\n${lines.join(",\n")}]`), [key]);
  }
  assert.deepEqual(ids(pem("PUBLIC KEY", "\n")), []);
  assert.deepEqual(ids("-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----"), []);
});

test("tokens must decode; what is public by design is no finding", () => {
  const token = (claims: Record<string, string | number>): string => expandRecipe([{ jwt: claims }], "x");
  assert.deepEqual(ids(token({ sub: "trainer" })), ["jwt"]);
  assert.deepEqual(ids(token({ iss: "supabase", role: "service_role" })), ["supabase-service-role"]);
  assert.deepEqual(ids(token({ iss: "supabase", role: "anon" })), ["jwt-public"]);
  assert.deepEqual(ids(`eyJ${fake("", 30)}.eyJ${fake("", 60)}.${fake("", 43)}`), []);
  assert.deepEqual(
    values(`eyJ${fake("", 30)}.${token({ sub: "a" })}`),
    [token({ sub: "a" })],
    "behind one that is none",
  );
});

test("passwords in URLs, decoded; not users, ports or stand-ins", () => {
  const word = fake("", 16);
  assert.deepEqual(values(`redis://default:${word}@cache:6379/0`), [word]);
  assert.deepEqual(values(`mongodb+srv://app:a%2F${word}@cluster0.example.net/x`), [`a/${word}`]);
  assert.deepEqual(values(`https://ci:${word}@git.example.com/acme.git`), [word]);
  for (const text of [
    "https://example.com:8080/@scope/name",
    "postgres://postgres:postgres@localhost/test",
    "postgresql://user:password@localhost/db",
    "redis://:$REDIS_PASSWORD@cache:6379",
    "amqp://guest:guest@localhost",
    "https://${USER}:${PASS}@host",
    "see http://a.b/c: x@y.z",
    `https://user:${fake("", 12)}@example.com/`,
    "https://user:p%40ss@db.internal",
  ])
    assert.deepEqual(values(text), [], text);
});

test("assignments with random-looking values, in every notation", () => {
  const value = fake("", 30, "alnum", "assigned"); // seeded: all letters would be another case
  for (const text of [
    `ACME_API_KEY=${value}`,
    `export ACME_TOKEN="${value}"`,
    `acme_secret: ${value}\n`,
    `"clientSecret": "${value}",`,
    `'api-key' => '${value}'`,
    `os.environ["ACME_API_KEY"] = '${value}'`,
    `client(api_key="${value}")`,
    `{"source": ["api_key = \\"${value}\\"\\n"]}`,
    `ACCESS_KEY: str = "${value}"`,
    `mlflow.log_param("api_key", "${value}")`,
  ])
    assert.deepEqual(values(text), [value], text.replace(value, "…"));
  assert.deepEqual(ids(`password = "${fake("", 6)}-Ab9${fake("", 8)}"`), ["generic-assignment"]);
  const short = `q7-${fake("", 3)}4${fake("", 4)}Zx`;
  assert.deepEqual(values(`DB_PASSWORD=${short}\nDEBUG=1\n`), [short]);
});

test("what merely looks like an assignment is left alone", () => {
  const random = fake("", 32);
  for (const text of [
    'api_key = os.environ["ACME_API_KEY"]',
    "token = config.settings.token_value",
    'password = getpass.getpass("Password: ")',
    "password: changeme123456",
    'secret_name = "projects/acme/secrets/x1y2z3/versions/latest"',
    `pad_token: "${random}"`,
    `page_token=${random}`,
    `public_api_key_id: ${random}`,
    'token_type: "bearer-access-token-v2"',
    'model_token = "text-embedding-3-large-v2"',
    `integrity_secret_hash: "sha512-${random}"`,
    "max_tokens = 16384000000000000",
    "api_key: ${{ secrets.OPENAI_API_KEY }}",
    'api_key = "your-api-key-here-1234567890"',
    'api_key="<YOUR_API_KEY_1234567890>"',
    `tokenizer_secret = "tokenizer/vocab/file_${1}.json"`,
    "the secret of success: work1ng harder than others",
    `password_hash = "$2b$12$${random}"`,
    'password = "correct horse battery staple"',
    'literals: ["mlflow_tracking_password", "mlflow_tracking_token"],',
    "'TKTokenPasswordAuthOperation', 'TKTokenSmartCardPINAuthOperation'",
    'Password "protobuf:"bytes,2,opt,name=password,proto3" json:"password,omitempty"',
    "paths: ['users.*.password', 'users.*.profile.preferences.apiKey1']",
    "cohere_client = CohereEmbeddingsWithRetriesAndBackoffFor",
  ])
    assert.deepEqual(values(text), [], text.replace(random, "…"));
});

test("stand-ins of the right shape are not reported, and real neighbours are", () => {
  const control = sample("huggingface-token");
  const shapes = [
    `AKIA${"IOSFODNN7"}EXAMPLE`,
    `hf_${"x".repeat(34)}`,
    `hf_${"abcdefghijklmnopqrstuvwxyzabcdefgh"}`,
    `sk-proj-${"your-api-key-here-".repeat(3)}`,
    `sk-ant-api03-${"1234567890".repeat(9)}`,
    `AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG/bPxRfiCY${"EXAMPLEKEY"}`,
    `ghp_${"0".repeat(36)}`,
  ];
  for (const text of shapes) assert.deepEqual(values(`${text}\n${control}`), [control], text);
});

test("checksums decide", () => {
  const good = sample("npm-token");
  const bad = `${good.slice(0, -1)}${good.endsWith("0") ? "1" : "0"}`;
  assert.deepEqual(values(`${good} ${bad}`), [good]);
});

test("any block size and any chunks give the same findings as the whole", () => {
  const pieces = [
    () => sample("openai-api-key", 0, fake("", 4)),
    () => sample("huggingface-token", 0, fake("", 4)),
    () => `ACME_API_KEY="${fake("", 30)}"`,
    () => pem("RSA PRIVATE KEY", "\\n"),
    () => `postgresql://u:${fake("", 20)}@h/d`,
    () => sample("google-service-account", 0, fake("", 4)),
    () => fake(" ", 200, "base64"),
    () => "sk-sk-sk-token=token=eyJeyJ-----BEGIN \n",
    () => "\0\xff\xfe\x80".repeat(30),
  ];
  fc.assert(
    fc.property(
      fc.array(fc.nat(pieces.length - 1), { minLength: 1, maxLength: 12 }),
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 5000 }),
      (order, sizes, blockSize) => {
        const text = Buffer.from(order.map((i) => pieces[i]?.() ?? "").join(" "), "latin1");
        const expected = show(detector.scan(text));
        const small = createDetector({ providers, blockSize });
        assert.deepEqual(show(small.scan(text)), expected);
        const stream = small.stream();
        const found: RawMatch[] = [];
        for (let at = 0, i = 0; at < text.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          found.push(...stream.push(text.subarray(at, at + size)));
          at += size;
        }
        found.push(...stream.end());
        assert.deepEqual(show(found), expected);
      },
    ),
    { numRuns: scale(25, 400) },
  );
});

test("hostile input is only long, never expensive, and a key in its midst is still found", {
  timeout: 120_000,
}, () => {
  const key = sample("anthropic-api-key");
  const size = scale(1 << 20, 50 << 20);
  for (const unit of [
    "sk-",
    "sk-proj-",
    "eyJ",
    "-eyJ",
    "token=",
    "api_key",
    "-----BEGIN PRIVATE KEY-----\n",
    "cohere",
    "://",
    '"type": "service_account"',
    "AKIA",
    "A",
    "\0",
    "\xff\xfe",
    "a:b@://",
    "ghs_-",
    "wandb_v1_",
    "glpat-",
    "PuTTY-User-Key-File-2: ",
    "mlflow_tracking_token=",
  ]) {
    const half = unit.repeat(Math.ceil(size / 2 / unit.length));
    const found = find(`${half}\n ${key}\n ${half}`).filter(({ rule }) => rule.id === "anthropic-api-key");
    assert.deepEqual(
      found.map(({ value }) => value.toString("latin1")),
      [key],
      unit,
    );
  }
});

test("random bytes hold nothing", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4000 }), (bytes) => {
      assert.deepEqual(detector.scan(Buffer.from(bytes)), []);
    }),
    { numRuns: scale(50, 1000) },
  );
  assert.deepEqual(detector.scan(Buffer.alloc(0)), []);
  const stream = detector.stream();
  assert.deepEqual([...stream.push(new Uint8Array()), ...stream.end()], []);
});
