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
    // An id beside its secret is part of that match.
    const found = new Set(
      find(texts.join(separator)).flatMap(({ rule, paired }) => [
        rule.id,
        `${rule.provider}/${paired?.part}`,
      ]),
    );
    const missed = credentials
      .filter(
        ({ provider, credential: { id, part } }) => !found.has(id) && !found.has(`${provider.id}/${part}`),
      )
      .map(({ credential }) => credential.id);
    assert.deepEqual(missed, [], JSON.stringify(separator));
  }
  const one = find(texts.join("\n"));
  assert.ok(one.length + one.filter(({ paired }) => paired !== undefined).length >= texts.length);
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
  assert.deepEqual(ids(sample("aws-secret-access-key", 4)), ["aws-secret-access-key"], "its id goes with it");
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
  const checked = credentials.filter(({ credential }) =>
    credential.formats.some(({ check }) => check === "crc32-base62"),
  );
  assert.ok(checked.length > 0);
  for (const { credential } of checked)
    for (const index of credential.hits.keys()) {
      const good = sample(credential.id, index);
      if (!credential.formats.every(({ check }) => check === "crc32-base62")) continue;
      const bad = `${good.slice(0, -1)}${good.endsWith("0") ? "1" : "0"}`;
      assert.deepEqual(ids(`${bad} ${good}`), [credential.id], credential.id);
      assert.ok(values(`${bad} ${good}`)[0] === good, credential.id);
    }
});

/** What any rule looks for, whole and damaged, and what merely begins like it. */
function anyText(): fc.Arbitrary<Buffer> {
  const texts = credentials.flatMap(({ credential: { id, hits, misses } }) =>
    [...hits, ...misses].map((recipe) => (seed: number) => expandRecipe(recipe, `${id}${seed}`)),
  );
  const literals = detector.rules.flatMap(({ formats }) => formats.flatMap((format) => format.literals));
  const others: ((seed: number) => string)[] = [
    (seed) => `ACME_API_KEY="${fake("", 30, "alnum", `${seed}`)}"`,
    () => pem("RSA PRIVATE KEY", "\\n"),
    (seed) => `redis://u:${fake("", 20, "alnum", `${seed}`)}@h/d`,
    (seed) => expandRecipe([{ jwt: { sub: `${seed}` } }], "x"),
    (seed) => fake(" ", seed % 3000, "base64", `${seed}`),
    (seed) => (literals[seed % literals.length] ?? "").repeat(1 + (seed % 9)),
    () => "sk-sk-sk-token=token=eyJeyJ-----BEGIN \n",
    () => "\0\xff\xfe\x80".repeat(30),
  ];
  const piece = fc
    .tuple(
      fc.oneof(fc.constantFrom(...texts), fc.constantFrom(...others)),
      fc.nat(1e6),
      fc.nat(30),
      fc.constantFrom(" ", "\n", "", "=", '\\"', "_"),
    )
    .map(([make, seed, cut, gap]) => `${make(seed).slice(0, cut < 5 ? -cut || undefined : undefined)}${gap}`);
  return fc
    .array(piece, { minLength: 1, maxLength: 14 })
    .map((pieces) => Buffer.from(pieces.join(""), "latin1"));
}

test("any block size and any chunks give the same findings as the whole", () => {
  const engines = [7, 90, 600, 4096].map((blockSize) => createDetector({ providers, blockSize }));
  let matches = 0;
  fc.assert(
    fc.property(
      anyText(),
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 8 }),
      fc.constantFrom(...engines),
      (text, sizes, engine) => {
        const expected = show(detector.scan(text));
        matches += expected.length;
        assert.deepEqual(show(engine.scan(text)), expected);
        // Two streams of one detector, in turns, one of them filled in place.
        const [pushed, filled] = [engine.stream(), engine.stream()];
        const found: RawMatch[][] = [[], []];
        for (let at = 0, i = 0; at < text.length; i++) {
          const piece = text.subarray(at, at + (sizes[i % sizes.length] ?? 1));
          found[0]?.push(...pushed.push(piece));
          for (let rest = piece; rest.length > 0; ) {
            const space = filled.space();
            assert.ok(space.length > 0);
            const length = Math.min(space.length, rest.length);
            space.set(rest.subarray(0, length));
            found[1]?.push(...filled.advance(length));
            rest = rest.subarray(length);
          }
          at += piece.length;
        }
        found[0]?.push(...pushed.end());
        found[1]?.push(...filled.end());
        for (const matches of found) assert.deepEqual(show(matches), expected);
      },
    ),
    { numRuns: scale(120, 5000) },
  );
  assert.ok(matches > 120, `${matches} matches`);
});

test("near matches without end cost in proportion to their number", () => {
  const units = [
    ...new Set(detector.rules.flatMap(({ formats }) => formats.flatMap((format) => format.literals))),
    ...credentials.flatMap(({ credential: { id, misses } }) =>
      misses.map((recipe, i) => expandRecipe(recipe, `${id}${i}`)),
    ),
    "token=",
    "password='",
    'secret: "a b" ',
    "-----BEGIN PRIVATE KEY-----\n",
    '"type": "service_account", ',
    "a:b@://",
    ".eyJ",
  ];
  const counted = (unit: string, count: number): number => {
    const work = { hits: 0, attempts: 0, bytes: 0, decoded: 0 };
    const text = Buffer.from(`${unit} `.repeat(count), "latin1");
    createCounting(work).scan(text);
    assert.ok(
      work.decoded <= 4 * text.length + 100_000,
      `${unit}: ${work.decoded} bytes decoded of ${text.length}`,
    );
    return work.attempts;
  };
  const count = scale(150, 100_000);
  for (const unit of units) {
    const once = counted(unit, count);
    // A few more where a block ends: what a guard cannot see the end of passes.
    assert.ok(counted(unit, 2 * count) <= 2 * once + 1_500, unit);
    assert.ok(once <= count * 4 * Math.max(16, unit.length), `${unit}: ${once} attempts`);
  }
});

const counting = { hits: 0, attempts: 0, bytes: 0, decoded: 0 };
const countingDetector = createDetector({ providers, work: counting });
/** One detector, counting anew. */
function createCounting(work: typeof counting): { scan(text: Buffer): void } {
  return {
    scan(text) {
      Object.assign(counting, { hits: 0, attempts: 0, bytes: 0, decoded: 0 });
      countingDetector.scan(text);
      Object.assign(work, counting);
    },
  };
}

test("a hundred thousand near matches, and the one match among them", () => {
  const key = sample("anthropic-api-key");
  for (const unit of [
    "sk-ant-api03-AAAA ",
    "AKIAIOSFODNN7EXAMPLE ",
    'api_key = "x y" ',
    "token=abcdefgh1 ",
  ]) {
    const half = unit.repeat(50_000);
    const found = find(`${half}${key} ${half}`);
    assert.deepEqual(
      found.map(({ offset, rule }) => [offset, rule.id]),
      [[half.length, "anthropic-api-key"]],
      unit,
    );
  }
});

test("one line without an end is read in bounded memory, and offsets are exact", () => {
  const size = scale(48 << 20, 2.5 * 2 ** 30);
  const chunk = Buffer.from("lorem ipsum token, secret AKIA eyJ0 ".repeat(1820), "latin1").subarray(
    0,
    65_536,
  );
  const key = sample("huggingface-token");
  const stream = detector.stream();
  const used = (): number => {
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    return arrayBuffers + heapUsed;
  };
  const before = used();
  let most = 0;
  const found: RawMatch[] = [];
  for (let at = 0; at < size; at += chunk.length) {
    found.push(...stream.push(chunk));
    if (at % (8 << 20) === 0) most = Math.max(most, used() - before);
  }
  found.push(...stream.push(Buffer.from(` ${key} `)), ...stream.end());
  const offset = Math.ceil(size / chunk.length) * chunk.length + 1;
  assert.deepEqual(
    found.map((match) => [match.offset, match.rule.id]),
    [[offset, "huggingface-token"]],
  );
  assert.ok(most < 64 << 20, `${most >> 20} MB more in use`);
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
