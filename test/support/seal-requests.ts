/**
 * One list of requests about the seal for Bulkhead and a real, uninitialized OpenBao server. `keep` takes a value out of each side's
 * own answer, `{{name}}` puts it into a later request of the same side. Where the two differ on purpose, `differs` says why.
 */
export interface SealRequest {
  readonly method: string;
  readonly path: string;
  readonly body?: object | string;
  /** The token to send; absent: none. */
  readonly token?: string;
  /** Name → dotted path in the answer. */
  readonly keep?: Readonly<Record<string, string>>;
  readonly differs?: string;
}

type More = Pick<SealRequest, "token" | "keep" | "differs">;
const get = (path: string, more: More = {}): SealRequest => ({ method: "GET", path: `sys/${path}`, ...more });
const put = (path: string, body?: object | string, more: More = {}): SealRequest => ({
  method: "PUT",
  path: `sys/${path}`,
  ...(body === undefined ? {} : { body }),
  ...more,
});
const remove = (path: string, more: More = {}): SealRequest => ({
  method: "DELETE",
  path: `sys/${path}`,
  ...more,
});

const VAULT_STATUS =
  "the fields are Vault's: build_date, and Bulkhead's own version beside the compatible one";
const VAULT_HEALTH =
  "performance_standby is Vault's; Bulkhead's own version stands beside the compatible one";
const VAULT_LEADER = "the fields are Vault's, as its clients read them without high availability";
const OWN_TEXT = "the same meaning in other words";
const OWN_STATUS = "what the caller did wrong is 400, not 500";
const OWN_METHOD = "a method that a path does not have is 405, told in words";
const TYPE_TEXT = "the text names the field and its type, not Go's parser";
const WITH_TOKEN =
  "a token is asked for while unsealed: it is an operator's call, also where nothing changes";
const NO_PGP = "shares are not encrypted to PGP keys: whoever asks for that is told so";
const NO_CODE = "a status outside 200 to 599 is refused";

const WRONG = "ab".repeat(33);
const status = get("seal-status", { differs: VAULT_STATUS });
const health = (query = "", differs = VAULT_HEALTH): SealRequest => get(`health${query}`, { differs });
const unseal = (key: string, differs = VAULT_STATUS): SealRequest => put("unseal", { key }, { differs });

const COUNTS: readonly object[] = [
  {},
  { secret_shares: 0, secret_threshold: 0 },
  { secret_shares: 1, secret_threshold: 2 },
  { secret_shares: 2, secret_threshold: 1 },
  { secret_shares: 5 },
  { secret_shares: 5, secret_threshold: 0 },
  { secret_shares: 256, secret_threshold: 3 },
  { secret_shares: 300, secret_threshold: 300 },
  { secret_shares: -1, secret_threshold: 1 },
  { secret_threshold: 3 },
];

const before: readonly SealRequest[] = [
  status,
  health(),
  health("?uninitcode=299"),
  health("?uninitcode=700", NO_CODE),
  health("?uninitcode=abc", OWN_TEXT),
  { method: "HEAD", path: "sys/health" },
  put("health", {}, { differs: OWN_METHOD }),
  get("leader", { differs: VAULT_LEADER }),
  get("init"),
  put("unseal", { key: "00" }),
  put("unseal", {}),
  put("unseal", { reset: true }, { differs: VAULT_STATUS }),
  put("unseal", { key: WRONG }),
  put("seal"),
  put("step-down"),
  get("key-status"),
  put("rotate"),
  get("rekey/init"),
  put("rekey/init", { secret_shares: 1, secret_threshold: 1 }),
  get("generate-root/attempt"),
  put("generate-root/attempt", {}),
  get("mounts"),
  get("nothing"),
  { method: "GET", path: "secret/x" },
  ...COUNTS.map((body) => put("init", body)),
  put("init", { secret_shares: "five", secret_threshold: 3 }, { differs: TYPE_TEXT }),
  put("init", { secret_shares: 5.5, secret_threshold: 3 }, { differs: TYPE_TEXT }),
  put("init", { secret_shares: 2, secret_threshold: 2, pgp_keys: ["a"] }, { differs: NO_PGP }),
  put("init", { secret_shares: 1, secret_threshold: 1, pgp_keys: ["aGVsbG8="] }, { differs: NO_PGP }),
  put("init", { secret_shares: 1, secret_threshold: 1, recovery_shares: 1, recovery_threshold: 1 }),
  put("init", { secret_shares: 1, secret_threshold: 1, recovery_shares: 1 }),
  put("init", "{bad", { differs: OWN_TEXT }),
  put("init", "[]", { differs: OWN_TEXT }),
  put("init"),
  put(
    "init",
    { secret_shares: 3, secret_threshold: 2, pgp_keys: null, root_token_pgp_key: null },
    {
      keep: {
        a: "keys.0",
        b: "keys.1",
        c: "keys.2",
        a64: "keys_base64.0",
        c64: "keys_base64.2",
        root: "root_token",
      },
    },
  ),
];

const unsealing: readonly SealRequest[] = [
  put("init", { secret_shares: 3, secret_threshold: 2 }),
  put("init", {}, { differs: OWN_TEXT }),
  get("init"),
  health(),
  health("?sealedcode=200"),
  health("?sealedcode=429&uninitcode=299"),
  { method: "HEAD", path: "sys/health?sealedcode=204" },
  status,
  get("leader", { differs: VAULT_LEADER }),
  get("mounts", { token: "{{root}}" }),
  put("unseal", {}),
  put("unseal", { key: "" }),
  put("unseal", { key: "zz" }),
  put("unseal", { key: "00" }),
  put("unseal", { key: "ab".repeat(15) }),
  put("unseal", { key: "ab".repeat(40) }),
  put("unseal", { key: 5 }, { differs: TYPE_TEXT }),
  put("unseal", { key: "not hex, not base64" }),
  unseal("00".repeat(33)),
  unseal("01".repeat(33), OWN_TEXT),
  status,
  put("unseal", { reset: true }, { differs: VAULT_STATUS }),
  unseal("{{a}}"),
  unseal("{{a}}"),
  unseal("{{a64}}"),
  status,
  health(),
  unseal(WRONG, OWN_TEXT),
  status,
  unseal("ab".repeat(16)),
  unseal("{{a}}", OWN_TEXT),
  put("unseal", { key: "{{a}}", migrate: true }, { differs: OWN_STATUS }),
  unseal("{{a}}"),
  put("unseal", { reset: true }, { differs: VAULT_STATUS }),
  unseal("{{b}}"),
  unseal("{{c64}}"),
  unseal("{{a}}"),
  put("unseal", {}),
  put("unseal", { key: "zz" }),
  put("unseal", { reset: true }),
  status,
  health(),
  health("?activecode=210"),
  health("?standbyok=true&perfstandbyok=true&standbycode=433"),
  health("?activecode=700", NO_CODE),
  { method: "HEAD", path: "sys/health?activecode=204" },
  get("leader", { differs: VAULT_LEADER }),
];

const ring: readonly SealRequest[] = [
  get("key-status"),
  get("key-status", { token: "wrong" }),
  get("key-status", { token: "{{root}}" }),
  put("rotate"),
  put("rotate", undefined, { token: "{{root}}" }),
  put("rotate", {}, { token: "{{root}}" }),
  get("rotate", { token: "{{root}}", differs: OWN_TEXT }),
  put("rotate/keyring", {}, { token: "{{root}}" }),
  get("rotate/keyring", { token: "{{root}}", differs: OWN_TEXT }),
  put("rotate/keyring", {}),
  get("key-status", { token: "{{root}}" }),
  get("rotate/config"),
  get("rotate/config", { token: "{{root}}" }),
  get("rotate/keyring/config", { token: "{{root}}" }),
  ...[
    { enabled: true },
    { max_operations: 1 },
    { max_operations: 999_999 },
    { max_operations: 1_000_000 },
    { max_operations: 3_865_470_566 },
    { max_operations: 3_865_470_567 },
    { max_operations: 5_000_000_000 },
    { interval: "1h" },
    { interval: "24h" },
    { interval: "48h", enabled: false },
    { interval: "0" },
    {},
  ].map((body) => put("rotate/config", body, { token: "{{root}}" })),
  get("rotate/config", { token: "{{root}}" }),
  put("rotate/config", { max_operations: "many" }, { token: "{{root}}", differs: TYPE_TEXT }),
  put("rotate/config", { enabled: true }),
];

const rekey: readonly SealRequest[] = [
  get("rekey/init"),
  put("rekey/update", { key: "{{a}}", nonce: "x" }),
  put("rekey/update", {}),
  put("rekey/update", { key: "{{a}}" }),
  put("rekey/update", { key: "zz", nonce: "x" }),
  remove("rekey/init"),
  get("rekey/verify"),
  put("rekey/verify", { key: "{{a}}", nonce: "x" }),
  put("rekey/verify", {}),
  remove("rekey/verify"),
  get("rekey/backup"),
  get("rekey/backup", { token: "{{root}}" }),
  remove("rekey/backup", { token: "{{root}}" }),
  get("rekey/recovery-key-backup", { token: "{{root}}" }),
  remove("rekey/recovery-key-backup", { token: "{{root}}" }),
  get("rekey-recovery-key/init"),
  put("rekey-recovery-key/init", { secret_shares: 1, secret_threshold: 1 }),
  ...COUNTS.map((body) => put("rekey/init", body, { differs: OWN_STATUS })),
  put("rekey/init", { secret_shares: 1, secret_threshold: 1, pgp_keys: ["a"] }, { differs: NO_PGP }),
  put("rekey/init", { secret_shares: 1, secret_threshold: 1, backup: true }),
  put("rekey/init", { secret_shares: 1, secret_threshold: 1 }),
  remove("rekey/init"),
  put("rekey/init", { secret_shares: 5, secret_threshold: 3 }, { keep: { n: "nonce" } }),
  put("rekey/init", { secret_shares: 5, secret_threshold: 3 }),
  get("rekey/init"),
  put("rekey/update", { key: "{{a}}" }),
  put("rekey/update", { key: "{{a}}", nonce: "wrong" }),
  put("rekey/update", { key: "zz", nonce: "{{n}}" }),
  put("rekey/update", { key: "00", nonce: "{{n}}" }),
  put("rekey/update", { nonce: "{{n}}" }),
  put("rekey/update", { key: "ab".repeat(16), nonce: "{{n}}" }),
  get("rekey/init"),
  remove("rekey/init"),
  put("rekey/update", { key: "{{a}}", nonce: "{{n}}" }),
  put("rekey/init", { secret_shares: 5, secret_threshold: 3 }, { keep: { n: "nonce" } }),
  put("rekey/update", { key: "{{a}}", nonce: "{{n}}" }),
  put("rekey/update", { key: "{{a}}", nonce: "{{n}}" }),
  get("rekey/init"),
  put("rekey/update", { key: WRONG, nonce: "{{n}}" }, { differs: OWN_STATUS }),
  get("rekey/init"),
  put("rekey/update", { key: "{{a}}", nonce: "{{n}}" }),
  put(
    "rekey/update",
    { key: "{{c}}", nonce: "{{n}}" },
    { keep: { d: "keys.0", e: "keys.1", f: "keys.2", f64: "keys_base64.2" } },
  ),
  get("rekey/init"),
  status,
  put(
    "rekey/init",
    { secret_shares: 2, secret_threshold: 2, require_verification: true },
    { keep: { n: "nonce" } },
  ),
  put("rekey/update", { key: "{{d}}", nonce: "{{n}}" }),
  put("rekey/update", { key: "{{e}}", nonce: "{{n}}" }),
  put(
    "rekey/update",
    { key: "{{f64}}", nonce: "{{n}}" },
    { keep: { g: "keys.0", h: "keys.1", v: "verification_nonce" } },
  ),
  get("rekey/init"),
  put("rekey/init", { secret_shares: 2, secret_threshold: 2 }),
  put("rekey/update", { key: "{{d}}", nonce: "{{n}}" }),
  get("rekey/verify"),
  put("rekey/verify", { key: "{{g}}", nonce: "no" }),
  put("rekey/verify", { key: "zz", nonce: "{{v}}" }),
  put("rekey/verify", { key: "{{g}}", nonce: "{{v}}" }),
  put("rekey/verify", { key: "{{g}}", nonce: "{{v}}" }),
  get("rekey/verify"),
  remove("rekey/verify", { keep: { w: "nonce" } }),
  put("rekey/verify", { key: "{{g}}", nonce: "{{v}}" }),
  put("rekey/verify", { key: "{{g}}", nonce: "{{w}}" }),
  put("rekey/verify", { key: WRONG, nonce: "{{w}}" }),
  get("rekey/verify", { keep: { x: "nonce" } }),
  put("rekey/verify", { key: "{{g}}", nonce: "{{x}}" }),
  put("rekey/verify", { key: "{{h}}", nonce: "{{x}}" }),
  get("rekey/verify"),
  get("rekey/init"),
  status,
  put("rekey/init", { secret_shares: 1, secret_threshold: 1 }, { keep: { n: "nonce" } }),
  put("rekey/update", { key: "{{d}}", nonce: "{{n}}" }),
  put("rekey/update", { key: "{{e}}", nonce: "{{n}}" }, { differs: OWN_STATUS }),
  remove("rekey/init"),
];

const root: readonly SealRequest[] = [
  get("generate-root/attempt"),
  put("generate-root/update", { key: "{{g}}", nonce: "x" }),
  put("generate-root/update", {}),
  remove("generate-root/attempt"),
  put("generate-root/attempt", { otp: "short" }),
  put("generate-root/attempt", { pgp_key: "x" }, { differs: NO_PGP }),
  put("generate-root/attempt", { otp: "a".repeat(27) }),
  put("generate-root/attempt", { otp: "a".repeat(200) }),
  put("generate-root/attempt", {}, { keep: { n: "nonce", otp: "otp" } }),
  put("generate-root/attempt", {}),
  get("generate-root/attempt"),
  put("generate-root/update", { key: "{{g}}" }),
  put("generate-root/update", { key: "{{g}}", nonce: "x" }),
  put("generate-root/update", { key: "zz", nonce: "{{n}}" }),
  put("generate-root/update", { key: "00", nonce: "{{n}}" }),
  put("generate-root/update", { nonce: "{{n}}" }),
  remove("generate-root/attempt"),
  put("generate-root/update", { key: "{{g}}", nonce: "{{n}}" }),
  put("generate-root/attempt", undefined, { keep: { n: "nonce", otp: "otp" } }),
  put("generate-root/update", { key: "{{g}}", nonce: "{{n}}" }),
  put("generate-root/update", { key: "{{g}}", nonce: "{{n}}" }),
  put("generate-root/update", { key: WRONG, nonce: "{{n}}" }, { differs: OWN_TEXT }),
  get("generate-root/attempt"),
  put("generate-root/update", { key: "{{g}}", nonce: "{{n}}" }),
  put("generate-root/update", { key: "{{h}}", nonce: "{{n}}" }, { keep: { encoded: "encoded_token" } }),
  get("generate-root/attempt"),
  put("decode-token", { encoded_token: "{{encoded}}", otp: "{{otp}}" }, { keep: { made: "data.token" } }),
  get("key-status", { token: "{{made}}" }),
  put("decode-token", {}, { differs: OWN_TEXT }),
  get("decode-token"),
];

const end: readonly SealRequest[] = [
  put("seal"),
  put("seal", undefined, { token: "wrong" }),
  put("step-down", undefined, { differs: WITH_TOKEN }),
  put("step-down", undefined, { token: "{{root}}" }),
  put("step-down", {}, { token: "{{made}}" }),
  put("rekey/init", { secret_shares: 1, secret_threshold: 1 }),
  put("seal", undefined, { token: "{{made}}" }),
  status,
  put("seal", undefined, { token: "{{root}}" }),
  put("seal"),
  put("step-down", undefined, { token: "{{root}}" }),
  get("rekey/init"),
  get("key-status", { token: "{{root}}" }),
  unseal("{{a}}"),
  unseal("{{b}}", OWN_TEXT),
  unseal("{{d}}"),
  unseal("{{e}}", OWN_TEXT),
  unseal("{{g}}"),
  unseal("{{d}}", OWN_TEXT),
  unseal("{{g}}"),
  unseal("{{h}}"),
  get("rekey/init"),
  get("key-status", { token: "{{made}}" }),
  get("key-status", { token: "{{root}}" }),
];

const TOKEN = { token: "{{root}}" };
const SAME_FORM = { ...TOKEN, differs: "the members are those of the older name's answers, empty ones too" };
const SAME_WORDS = { ...TOKEN, differs: "the words are those of the older name" };
/** OpenBao's newer names, which ask for a token: as far as a change that is not completed. */
const withToken: readonly SealRequest[] = [
  get("rotate/root/init", SAME_FORM),
  get("rotate/root/verify", SAME_WORDS),
  put("rotate/root/init", { secret_shares: 1, secret_threshold: 2 }, SAME_WORDS),
  put(
    "rotate/root/init",
    { secret_shares: 2, secret_threshold: 2, require_verification: true },
    { ...SAME_FORM, keep: { n: "data.nonce" } },
  ),
  get("rotate/root/init", SAME_FORM),
  put("rotate/root/update", { key: "{{g}}", nonce: "x" }, SAME_WORDS),
  put("rotate/root/update", { key: "{{g}}", nonce: "{{n}}" }, SAME_FORM),
  put(
    "rotate/root/update",
    { key: "{{h}}", nonce: "{{n}}" },
    { ...TOKEN, keep: { v: "data.verification_nonce", fresh: "data.keys.0" } },
  ),
  get("rotate/root/verify", TOKEN),
  put("rotate/root/verify", { key: WRONG, nonce: "x" }, TOKEN),
  put("rotate/root/verify", { key: "{{fresh}}", nonce: "{{v}}" }, TOKEN),
  remove("rotate/root/verify", TOKEN),
  remove("rotate/root/init", TOKEN),
  remove("rotate/root/init", TOKEN),
  get("rotate/root/backup", TOKEN),
  remove("rotate/root/backup", TOKEN),
  get("rotate/recovery/init", SAME_WORDS),
  put("rotate/recovery/init", { secret_shares: 1, secret_threshold: 1 }, SAME_WORDS),
  get("generate-root-token/attempt", SAME_FORM),
  put("generate-root-token/attempt", {}, { ...SAME_FORM, keep: { n: "data.nonce" } }),
  put("generate-root-token/update", { key: "{{g}}", nonce: "x" }, { ...TOKEN, differs: OWN_STATUS }),
  put("generate-root-token/update", { key: "{{g}}", nonce: "{{n}}" }, SAME_FORM),
  remove("generate-root-token/attempt", TOKEN),
];

export const sealRequests: readonly SealRequest[] = [
  ...before,
  ...unsealing,
  ...ring,
  ...rekey,
  ...root,
  ...withToken,
  ...end,
];
