/** Generic rules, line by line: what must be found, and what only looks like it. Every value is made here. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { fake } from "../../../test/support/fake.ts";
import { scale } from "../../../test/support/scale.ts";
import { createDetector } from "../detector.ts";

const detector = createDetector({ providers: [] });
const found = (text: string): { rule: string; value: string; says: string | undefined }[] =>
  detector
    .scan(Buffer.from(text, "latin1"))
    .map(({ rule, value, says }) => ({ rule: rule.id, value: value.toString("latin1"), says }));

const T = fake("", 32, "alnum", "table-token");
const H = fake("", 40, "hex", "table-hex");
const B = `${fake("", 43, "base64", "table-base64")}=`;
const P = `q7-${fake("", 6, "alnum", "table-pass")}4Zx`;
const U = `${fake("", 8, "hex", "u1")}-${fake("", 4, "hex", "u2")}-${fake("", 4, "hex", "u3")}-${fake("", 4, "hex", "u4")}-${fake("", 12, "hex", "u5")}`;
const basic = Buffer.from(`deploy:${P}`).toString("base64");

/** Line, value. */
const HITS: readonly (readonly [string, string])[] = [
  [`API_KEY=${T}`, T],
  [`export API_KEY=${T}`, T],
  [`export ACME_TOKEN="${T}"`, T],
  [`set ACME_TOKEN=${T}`, T],
  [`setenv ACME_TOKEN ${T}`, T],
  [`$env:ACME_TOKEN = "${T}"`, T],
  [`ENV ACME_TOKEN=${T}`, T],
  [`ENV ACME_TOKEN ${T}`, T],
  [`ARG ACME_API_KEY=${T}`, T],
  [`os.environ["ACME_API_KEY"] = "${T}"`, T],
  [`os.environ['ACME_API_KEY']='${T}'`, T],
  [`os.environ.setdefault("ACME_API_KEY", "${T}")`, T],
  [`process.env.ACME_TOKEN = '${T}';`, T],
  [`const apiKey = "${T}";`, T],
  [`let api_key: string = '${T}'`, T],
  [`var accessKey = \`${T}\`;`, T],
  [`private static final String API_KEY = "${T}";`, T],
  [`String clientSecret = "${T}";`, T],
  [`string password = "${P}";`, P],
  [`apiKey := "${T}"`, T],
  [`const ApiKey = "${T}"`, T],
  [`let api_key: &str = "${T}";`, T],
  [`val apiKey = "${T}"`, T],
  [`$apiKey = '${T}';`, T],
  [`'api_key' => '${T}',`, T],
  [`:api_key => "${T}"`, T],
  [`api_key: "${T}",`, T],
  [`define('AUTH_KEY', '${T}');`, T],
  [`@api_key = "${T}"`, T],
  [`API_KEY <- "${T}"`, T],
  [`"api_key": "${T}"`, T],
  [`{"clientSecret":"${T}"}`, T],
  [`{\\"clientSecret\\":\\"${T}\\"}`, T],
  [`{"source": ["api_key = \\"${T}\\"\\n"]}`, T],
  [`{"source": ["api_key = '${T}'\\n"]}`, T],
  [`api_key: ${T}`, T],
  [`api_key: '${T}'`, T],
  [`  secret_token: ${H}`, H],
  [`api_key = "${T}"`, T],
  [`signing_key = "${B}"`, B],
  [`db.password=${P}`, P],
  [`spring.datasource.password=${P}`, P],
  [`password: ${P}`, P],
  [`PASSWORD="${P}"`, P],
  [`<password>${P}</password>`, P],
  [`<apiKey>${T}</apiKey>`, T],
  [`<add key="ApiKey" value="${T}" />`, T],
  [`{"name": "API_TOKEN", "value": "${T}"}`, T],
  [`- name: API_TOKEN\n  value: "${T}"`, T],
  [`tool --token ${T} --verbose`, T],
  [`tool --api-key=${T}`, T],
  [`tool --password ${P}`, P],
  [`["--token", "${T}"]`, T],
  [`client = Client(api_key="${T}", timeout=3)`, T],
  [`login(token='${T}')`, T],
  [`mlflow.log_param("api_key", "${T}")`, T],
  [`curl -H "Authorization: Bearer ${T}" https://acme.io`, T],
  [`{"Authorization": "Bearer ${T}"}`, T],
  [`Authorization: token ${H}`, H],
  [`x-api-key: ${T}`, T],
  [`"X-Api-Key": "${T}"`, T],
  [`-H 'PRIVATE-TOKEN: ${T}'`, T],
  [`Authorization: Basic ${basic}`, basic],
  [`{"auths": {"registry.acme.io": {"auth": "${basic}"}}}`, basic],
  [`//registry.acme.io/:_auth=${basic}`, basic],
  [`//registry.acme.io/:_authToken=${T}`, T],
  [`//registry.acme.io/:_authToken=${U}`, U],
  [`[pypi]\nusername = deploy\npassword = ${P}`, P],
  [`machine api.acme.io login deploy password ${P}`, P],
  [`machine api.acme.io\n  login deploy\n  password ${P}\n`, P],
  [`https://acme.io/v1?api_key=${T}&limit=3`, T],
  [`https://acme.io/v1?limit=3&access_token=${T}`, T],
  [`"https://acme.io/cb?token=${H}"`, H],
  [`jdbc:postgresql://db.acme.io/x?user=app&password=${P}`, P],
  [`postgres://app:${P}@db.acme.io:5432/x`, P],
  [`mysql://app:${P}@db.acme.io/x`, P],
  [`mongodb+srv://app:${P}@c0.acme.io/x`, P],
  [`redis://:${P}@cache.acme.io:6379/0`, P],
  [`amqp://app:${P}@mq.acme.io/vhost`, P],
  [`smtp://mailer:${P}@mail.acme.io:587`, P],
  [`"Server=db.acme.io;Database=x;User Id=app;Password=${P};"`, P],
  [`Driver={ODBC Driver 18};Server=db;UID=app;PWD=${P}`, P],
];

/** Nothing is found in these. */
const MISSES: readonly string[] = [
  "API_KEY=",
  "API_KEY=$OTHER_API_KEY_VALUE_12",
  "API_KEY=${OTHER_API_KEY_VALUE_12}",
  "api_key: ${{ secrets.ACME_API_KEY_2 }}",
  'api_key = os.environ["ACME_API_KEY_2024"]',
  'api_key = os.getenv("ACME_API_KEY_2024")',
  "apiKey: process.env.ACME_API_KEY_2024",
  'password = getpass("Password for db01: ")',
  'password = input("enter p4ssw0rd now")',
  "token = config.settings.token_value_2",
  "token = self.tokens.current_token_2",
  "token: Token2FactoryProvider",
  'token = "Token2FactoryProviderConfig"',
  "apiKey: SensitiveString2048;",
  "ClientRequestToken: NonEmptyMaxLength64String;",
  '"token2wav", "Qwen2_5OmniToken2WavConfig"',
  "this.passwordRequired = !response.enableEmailLinkSignin2;",
  "r2_temp_credentials: Global___R2Credentials",
  'client_credentials = "m2m-client-credentials"',
  'PARAM_API_KEY: Final = "acme_a2a_user_api_key"',
  '"PasswordLastUsed": "2016-09-08T21:47:36Z"',
  "token_expires: 2026-11-21T16:00:00Z",
  `secret_arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db/${fake("", 6)}"`,
  `"SecretId": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:MySecret-a1b2c3"`,
  'secret_name = "projects/acme/secrets/x1/versions/2"',
  'secret_path: "kv/data/acme/service-2"',
  `secret: "/run/secrets/db_password_01"`,
  'token_file = "/var/run/secrets/token-1"',
  'token_url = "https://login.acme.io/oauth2/v2.0/token"',
  `integrity: "sha512-${fake("", 86, "base64", "i")}=="`,
  `token_hash: ${fake("", 64, "hex", "th")}`,
  `password_hash = "$2b$12$${fake("", 53, "alnum", "pw")}"`,
  `commit: ${H}`,
  `checksum = "${fake("", 64, "hex", "c")}"`,
  `token_id: ${U}`,
  `request_token_id = "${U}"`,
  `token = "${U}"`,
  `max_tokens = 163840000000`,
  `pad_token = "${T}"`,
  `next_page_token: "${T}"`,
  `csrf_token = "${T}"`,
  `tokenizer: "${T}"`,
  `public_key = "${B}"`,
  `key_id: "${T}"`,
  'api_key = "your-api-key-here-1234567890"',
  'api_key = "<YOUR_API_KEY_123456789>"',
  'api_key = "xxxxxxxxxxxxxxxxxxxxxxxx"',
  'api_key = "sk-xxxxxxxxxxxxxxxxxxxxx"',
  'password = "changeme"',
  'password = "correct horse battery staple"',
  "password: password123",
  "password = $(cat /run/secrets/pw1)",
  'password="{{ vault_db_password_1 }}"',
  'password = "%(DB_PASSWORD_1)s"',
  'password = f"{user}-{suffix1}"',
  "<password></password>",
  "<password>${env.DB_PASSWORD_1}</password>",
  '<input type="password" name="password1" value="">',
  "tool --token $ACME_TOKEN_1",
  'tool --token "$(get-token --v2)"',
  "tool --token-file /etc/acme/token-1",
  "--password-stdin --username deploy1",
  "Authorization: Bearer $TOKEN_1234567890123456",
  "Authorization: Bearer <access-token-goes-here-1>",
  "Authorization: Bearer YOUR_ACCESS_TOKEN_123456",
  "bearer token authentication2 for the service",
  "Basic authentication0 schemes",
  `"auth": "${Buffer.from("user:password").toString("base64")}"`,
  `"auth": "${Buffer.from("no colon in here 1").toString("base64")}"`,
  "machine api.acme.io login deploy password $PASSWORD_1",
  "https://acme.io/v1?api_key=YOUR_API_KEY_12345",
  "https://acme.io/v1?api_key=${API_KEY_12345}",
  "https://acme.io/v1?page_token=abc",
  "postgres://postgres:postgres@localhost/test",
  "postgresql+psycopg2://scott:tiger@localhost/test",
  "postgres://user:${DB_PASSWORD}@db.acme.io/x",
  "postgres://user:<password>@db.acme.io/x",
  "https://acme.io:8080/@scope/name",
  '"Server=db;Database=x;User Id=app;Password=password;"',
  '"Server=db;Database=x;User Id=app;Password={0};"',
  `logo = "data:image/png;base64,${fake("", 60, "base64", "png")}"`,
  `user:{SHA}${fake("", 27, "base64", "ht")}=`,
  "exports.k8sServiceAccountTokenProvider = k8sServiceAccountTokenProvider;",
  '"OAuth2ClientCredentialsInputTypedDict": ".oauth2clientcredentialsinput",',
  'headerAmzSessionToken = "x-amz-s3session-token"',
  "Credentials: v4aCredentialProvider,",
  '"names":["tokenErrorData","AppCheckService$1","credentials","isRfc3986Reserved"]',
  `('', 'test_secret') => '${fake("", 64, "hex", "hmac")}'`,
  "&region-arn;&service-name;:us-west-2:&AccountId;:secret:MySecret1-a1b2c3",
  `token_cache_key = "${H}"`,
  `TOKEN_RESOURCE:mongodb%3A%2F%2Ftest-cluster4,`,
  `X-Amz-Credential=access_key%2F20170322%2Fus-west-2%2Fsts%2F`,
  `password = "md5$${fake("", 22, "alnum", "salt")}$${fake("", 32, "hex", "md5")}"`,
  `PASSWORD = 'pbkdf2_sha256$30000$${fake("", 12, "alnum", "salt")}$${fake("", 43, "base64", "pb")}='`,
  `token = "${Buffer.from('{"session_id": "default"}').toString("base64url")}"`,
  `token = "${Buffer.from('{"alg":"none","typ":"JWT"}').toString("base64url")}.e30."`,
  `token = "${Buffer.from("you are not supposed to decode this").toString("base64")}"`,
  `tool --page-token "${T}"`,
  "redis://{user}:{settings.password_2}@cache.acme.io:6379/0",
  "redis://[[username]:[password]]@cache.acme.io:6379/0",
  "postgresql://app:some_password@db.acme.io/x",
  "redis://:secret1@cache.acme.io:6379/0",
  '"SERVER=db;UID=app;PWD=(whatever);"',
  '"machine acme.io login user password pass\\ndefault\\n"',
  `-----BEGIN RSA PRIVATE KEY-----${fake("", 64, "base64", "elided")}${fake("", 64, "base64", "rest")}. -----END RSA PRIVATE KEY-----`,
];

test("each line of the table: found as its value, once", () => {
  assert.ok(HITS.length + MISSES.length >= 120);
  const wrong = HITS.flatMap(([line, value]) => {
    const all = found(`first = 1\n${line}\nlast = 2\n`);
    return all.length === 1 && all[0]?.value === value
      ? []
      : [`${line} → ${all.map((one) => `${one.rule} ${one.value}`).join("; ")}`];
  });
  assert.deepEqual(wrong, []);
});

test("each line of the other table: nothing, and a control beside it", () => {
  const wrong = MISSES.flatMap((line) => {
    const all = found(`first = 1\n${line}\n\n\nACME_API_KEY="${T}"\n`);
    return all.length === 1 && all[0]?.value === T
      ? []
      : [`${line} → ${all.map((one) => `${one.rule} ${one.value}`).join("; ")}`];
  });
  assert.deepEqual(wrong, []);
});

test("random text of any alphabet is not taken for a name, nor for something that can be read", () => {
  const kept = (alphabet: string, length: number): number =>
    Array.from({ length: 300 }, (_, i) => fake("", length, alphabet, `kept${i}`)).filter(
      (value) => found(`api_key = "${value}"`).length === 1,
    ).length;
  for (const alphabet of ["alnum", "lower", "hex", "base32", "base58", "caps"])
    assert.ok(kept(alphabet, 32) >= 295, `${alphabet}: ${kept(alphabet, 32)} of 300`);
  const inside = Buffer.from(JSON.stringify({ k: T, n: "name" })).toString("base64url");
  assert.deepEqual(
    found(`token = "${inside}"`).map(({ value }) => value),
    [inside],
    "control: a random value in the JSON",
  );
});

const jwt = (claims: Record<string, unknown>): string =>
  [{ alg: "HS256", typ: "JWT" }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .concat(fake("", 43, "base64url", "sig"))
    .join(".");

test("a token is as bad as its claims, and says them", (t) => {
  const cases: readonly (readonly [Record<string, unknown>, string, string | undefined])[] = [
    [{ sub: "trainer" }, "jwt", "subject trainer"],
    [
      { iss: "acme", role: "admin", exp: 32_503_680_000 },
      "jwt",
      "issuer acme, role admin, expires 3000-01-01",
    ],
    [{ iss: "acme", exp: 1_500_000_000 }, "jwt-expired", "issuer acme, expired 2017-07-14"],
    [
      { iss: "supabase", role: "anon", exp: 32_503_680_000 },
      "jwt-public",
      "issuer supabase, role anon, expires 3000-01-01",
    ],
    [{ sub: `a\n${"b".repeat(30)}`, exp: 1e300 }, "jwt", undefined],
    [{ sub: { deep: 1 }, exp: "soon" }, "jwt", undefined],
  ];
  // No clock is asked: the same token is the same finding on any day.
  t.mock.method(Date, "now", () => assert.fail("a clock"));
  for (const [claims, rule, says] of cases)
    assert.deepEqual(
      found(`x ${jwt(claims)} y`).map((one) => [one.rule, one.says]),
      [[rule, says]],
    );
});

test("keys under a passphrase weigh less; age's keys are found", () => {
  const body = (first: string, label: string, head = ""): string =>
    `-----BEGIN ${label}-----\n${head}${first}${fake("", 64 - first.length, "base64")}\n${fake("", 60, "base64")}\n-----END ${label}-----`;
  const openssh = (cipher: string): string => {
    const head = Buffer.concat([
      Buffer.from("openssh-key-v1\0"),
      Buffer.from([0, 0, 0, cipher.length]),
      Buffer.from(cipher),
    ]);
    return body(head.toString("base64").slice(0, 31), "OPENSSH PRIVATE KEY");
  };
  const rules = (text: string): string[] => found(text).map(({ rule }) => rule);
  assert.deepEqual(rules(body("", "PRIVATE KEY")), ["private-key"]);
  assert.deepEqual(rules(body("", "ENCRYPTED PRIVATE KEY")), ["encrypted-private-key"]);
  assert.deepEqual(
    rules(body("", "RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\n")),
    ["encrypted-private-key"],
  );
  assert.deepEqual(rules(openssh("none")), ["private-key"]);
  assert.deepEqual(rules(openssh("aes256-ctr")), ["encrypted-private-key"]);
});

test("any text is judged without an error", () => {
  const words = [
    "password",
    "token=",
    "--token ",
    "<",
    ">",
    '"',
    "'",
    "\\",
    ":",
    "?api_key=",
    "Basic ",
    "auth",
    "machine a login b password ",
    "eyJ",
    ".",
    "=",
    "\n",
    T,
    "ENV ",
    "&",
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...words), { maxLength: 60 }), (parts) => {
      for (const { value } of found(parts.join(""))) assert.ok(value.length > 0);
    }),
    { numRuns: scale(300, 20_000) },
  );
});
