/**
 * Requests about tokens, roles, wrapping, inline logins, leases, mounts and capabilities, put to OpenBao and to Bulkhead in this order.
 * `{{name}}` stands for what an earlier answer of the same server held.
 */
export interface TokenRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE" | "LIST" | "PATCH";
  /** May carry a query. */
  readonly path: string;
  readonly body?: object | string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Name of a kept token; `none`; default: root. */
  readonly as?: string;
  /** Name → path of a member in the answer. */
  readonly keep?: Readonly<Record<string, string>>;
  /** Why the two answers differ here. */
  readonly differs?: string;
}

type More = Omit<TokenRequest, "method" | "path" | "body">;
const of =
  (method: TokenRequest["method"]) =>
  (path: string, body?: object | string | null, more: More = {}): TokenRequest => ({
    method,
    path,
    ...(body === undefined || body === null ? {} : { body }),
    ...more,
  });
const GET = of("GET");
const POST = of("POST");
const PUT = of("PUT");
const DELETE = of("DELETE");
const LIST = of("LIST");
const PATCH = of("PATCH");

const NO_GO = "what a caller did wrong is 400, never 500";
const TYPE_TEXT = "the text names the type that was expected, not the parser of another language";
const INLINE_BATCH = "an inline login is treated as a batch token: it has nothing stored to change";
const OWN_ID = "asks for an id that a batch token cannot have: refused, not ignored";
const LEGACY_LEASES = "the older lease paths are kept: clients of Vault still use them";
const UNION = "root among other policies is refused, not silently made all there is";
const REMOUNT = "complete when it is answered: nothing is queued, so there is no warning";
const MISSING_MOUNT = "the text of Vault's own API for a missing mount";
const NO_UNITS = "the text does not show what was given";

const token = {
  keep: (name: string) => ({ [name]: "auth.client_token", [`${name}.accessor`]: "auth.accessor" }),
};
const wrapped = (name: string) => ({ [name]: "wrap_info.token", [`${name}.accessor`]: "wrap_info.accessor" });
const ttl = (text: string): Record<string, string> => ({ "x-vault-wrap-ttl": text });
const parameter = (value: object | string): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const inline = (
  path = "auth/people/login/ada",
  parameters: readonly (object | string)[] = [{ key: "password", value: "pw" }],
) => ({
  "x-vault-inline-auth-path": path,
  ...Object.fromEntries(
    parameters.map((value, index) => [`x-vault-inline-auth-parameter-${index}`, parameter(value)]),
  ),
});

const MAKER = `path "auth/token/create*" { capabilities = ["update"] }
path "auth/token/lookup*" { capabilities = ["update", "read"] }
path "auth/token/renew*" { capabilities = ["update"] }
path "auth/token/revoke*" { capabilities = ["update"] }
path "sys/wrapping/*" { capabilities = ["update"] }`;
const WRAPPER = `path "secret/data/w" { capabilities = ["read"] min_wrapping_ttl = "10s" max_wrapping_ttl = "100s" }
path "auth/token/create" { capabilities = ["update"] max_wrapping_ttl = "50s" }
path "sys/wrapping/*" { capabilities = ["update"] }`;
const ADA = `path "secret/*" { capabilities = ["create", "read", "update", "list"] }
path "auth/token/*" { capabilities = ["create", "update", "read", "sudo"] }
path "sys/wrapping/*" { capabilities = ["update"] }
path "cubbyhole/*" { capabilities = ["create", "update", "read"] }`;

const setup: readonly TokenRequest[] = [
  PUT("sys/policies/acl/maker", { policy: MAKER }),
  PUT("sys/policies/acl/wrapper", { policy: WRAPPER }),
  PUT("sys/policies/acl/ada", { policy: ADA }),
  POST("secret/data/w", { data: { k: "v" } }),
  POST("sys/auth/people", { type: "userpass" }),
  POST("auth/people/users/ada", { password: "pw", token_policies: "ada" }),
  POST("auth/token/create", { policies: ["maker"], ttl: "1h" }, { keep: token.keep("maker") }),
  POST("auth/token/create", { policies: ["wrapper"] }, { keep: token.keep("wrapper") }),
  POST("auth/token/create", { policies: ["default"], ttl: "1h" }, { keep: token.keep("plain") }),
];

const roles: readonly TokenRequest[] = [
  LIST("auth/token/roles"),
  GET("auth/token/roles/r1"),
  POST("auth/token/roles/r1", {}),
  GET("auth/token/roles/r1"),
  LIST("auth/token/roles"),
  GET("auth/token/roles?list=true"),
  GET("auth/token/roles"),
  POST("auth/token/roles/r2", {
    allowed_policies: ["A", "b"],
    disallowed_policies: "root",
    allowed_policies_glob: ["x*"],
    disallowed_policies_glob: "xx*",
    orphan: true,
    period: "1h",
    renewable: false,
    path_suffix: "suf",
    bound_cidrs: ["127.0.0.1"],
    token_type: "service",
    explicit_max_ttl: "2h",
    token_num_uses: 5,
    token_no_default_policy: true,
    allowed_entity_aliases: ["e*", "f"],
  }),
  GET("auth/token/roles/r2"),
  ...["a/b", "../b", "b c"].map((path_suffix) => POST("auth/token/roles/r2", { path_suffix })),
  POST("auth/token/roles/r2", { path_suffix: "" }),
  POST("auth/token/roles/r2", { token_period: "3h" }),
  GET("auth/token/roles/r2"),
  POST("auth/token/roles/r3", { token_type: "batch" }),
  POST("auth/token/roles/r3", { token_type: "batch", orphan: true }),
  POST("auth/token/roles/r3", { token_type: "batch", orphan: true, renewable: false, period: "1h" }),
  POST("auth/token/roles/r3", { token_type: "batch", orphan: true, renewable: false, token_num_uses: 2 }),
  POST("auth/token/roles/r3", {
    token_type: "batch",
    orphan: true,
    renewable: false,
    explicit_max_ttl: "1h",
  }),
  POST("auth/token/roles/r3", { token_type: "batch", orphan: true, renewable: false }),
  POST("auth/token/roles/r3", { token_type: "batch", renewable: false }),
  GET("auth/token/roles/r3"),
  POST("auth/token/roles/r4", { token_type: "bogus" }),
  POST("auth/token/roles/r4", { token_type: "default-batch" }),
  POST("auth/token/roles/r4", { token_type: "default-service" }),
  GET("auth/token/roles/r4"),
  POST("auth/token/roles/r5", { token_explicit_max_ttl: "-1" }, { differs: TYPE_TEXT }),
  POST("auth/token/roles/r5", { token_bound_cidrs: "bad" }, { differs: NO_UNITS }),
  POST("auth/token/roles/r5", { bound_cidrs: "bad" }, { differs: NO_UNITS }),
  POST("auth/token/roles/r5", { token_num_uses: -1 }),
  POST("auth/token/roles/r5", { token_num_uses: "x" }, { differs: TYPE_TEXT }),
  POST("auth/token/roles/r5", { period: "99999h" }),
  POST("auth/token/roles/r5", { explicit_max_ttl: "99999h" }),
  GET("auth/token/roles/r5"),
  POST("auth/token/roles/UPPER", {}),
  GET("auth/token/roles/upper"),
  GET("auth/token/roles/UPPER"),
  POST("auth/token/roles/a.b-c_d", {}),
  POST("auth/token/roles/-x", {}),
  POST("auth/token/roles/x@y", {}),
  LIST("auth/token/roles"),
  DELETE("auth/token/roles/UPPER"),
  DELETE("auth/token/roles/UPPER"),
  DELETE("auth/token/roles/none"),
  PATCH("auth/token/roles/r1", { orphan: true }),
  LIST("auth/token/roles", null, { as: "plain" }),
  POST("auth/token/roles/r9", {}, { as: "maker" }),
  GET("auth/token/create/r1"),
  DELETE("auth/token/create/r1"),
];

const STRANGER = "what needs no token and gives none is not kept for whoever asks";
const withRole = (role: string, body: object, more: More = {}): TokenRequest =>
  POST(`auth/token/create/${role}`, body, more);
const byRole: readonly TokenRequest[] = [
  withRole("none", {}),
  POST("auth/token/roles/e", { allowed_policies: ["a", "b"] }),
  withRole("e", {}),
  ...[["a"], ["c"], ["a", "default"], ["root"], ["A "], []].map((policies) => withRole("e", { policies })),
  withRole("e", { id: "custom1" }),
  withRole("e", { no_parent: true }),
  withRole("e", { no_default_policy: true, policies: ["a"] }),
  withRole("e", { period: "1h" }),
  withRole("e", { num_uses: 3, ttl: "1h", explicit_max_ttl: "2h", display_name: "x y", meta: { a: "b" } }),
  withRole("e", { type: "batch", ttl: "1h" }),
  withRole("e", { type: "batch", ttl: "1h", renewable: false }),
  withRole("e", { entity_alias: "x" }),
  GET("sys/auth/token", null, { keep: { tokens: "data.accessor" } }),
  POST("identity/entity", { name: "who", policies: ["of-entity"] }, { keep: { who: "data.id" } }),
  POST("identity/entity-alias", { name: "e1", canonical_id: "{{who}}", mount_accessor: "{{tokens}}" }),
  POST("auth/token/roles/al", { allowed_policies: ["a"], allowed_entity_aliases: ["e*", "F"] }),
  ...["e1", "E1", "e2", "f", "F", "g", "e*", ""].map((entity_alias) => withRole("al", { entity_alias })),
  withRole("al", { entity_alias: "e1", type: "batch" }),
  withRole("al", { entity_alias: "e3", type: "batch" }),
  withRole("al", { entity_alias: "e1", num_uses: 2 }, { keep: { aliased: "auth.client_token" } }),
  GET("auth/token/lookup-self", null, { as: "aliased", differs: "OpenBao adds its namespaces" }),
  withRole("al", { entity_alias: "e1" }, { as: "plain" }),
  POST("identity/entity/id/{{who}}", { disabled: true }),
  withRole("al", { entity_alias: "e1" }, { differs: "a disabled entity is told of in one way everywhere" }),
  POST("identity/entity/id/{{who}}", { disabled: false }),
  POST("auth/token/roles/d", { disallowed_policies: ["a", "b"] }),
  withRole("d", {}),
  withRole("d", { policies: ["a"] }),
  withRole("d", { policies: ["c"] }),
  POST("auth/token/roles/g", { allowed_policies_glob: ["x*"], disallowed_policies_glob: ["xx*", "*z"] }),
  withRole("g", {}),
  ...["x1", "xx1", "y1", "x1z", "x"].map((name) => withRole("g", { policies: [name] })),
  POST("auth/token/roles/dg", { disallowed_policies_glob: ["xx*"] }),
  withRole("dg", { policies: ["x1"] }),
  withRole("dg", { policies: ["xx1"] }),
  withRole("dg", {}),
  POST("auth/token/roles/p", {
    period: "1h",
    path_suffix: "mysuf",
    orphan: true,
    renewable: true,
    token_explicit_max_ttl: "90m",
  }),
  withRole("p", { policies: ["a"], ttl: "5m" }, { keep: token.keep("periodic") }),
  POST(
    "auth/token/lookup",
    { token: "{{periodic}}" },
    {
      differs: "what a role sets is shown with the token too: period and explicit_max_ttl",
    },
  ),
  POST("auth/token/renew", { token: "{{periodic}}", increment: "30m" }),
  withRole("p", { policies: ["a"], period: "2h" }),
  withRole("p", { policies: ["a"], period: "30m", renewable: false }),
  POST("auth/token/roles/nr", {
    renewable: false,
    token_num_uses: 4,
    token_no_default_policy: true,
    token_bound_cidrs: ["127.0.0.1/8"],
  }),
  withRole(
    "nr",
    { policies: ["a"], renewable: true, num_uses: 2 },
    {
      differs: "token_no_default_policy of a role is honoured without a list of policies too",
    },
  ),
  withRole(
    "nr",
    { policies: ["a"], num_uses: 9 },
    {
      differs: "token_no_default_policy of a role is honoured without a list of policies too",
    },
  ),
  POST("auth/token/roles/bt", { token_type: "batch", renewable: false, orphan: true }),
  withRole("bt", { policies: ["a"] }),
  withRole("bt", { policies: ["a"], type: "service" }),
  POST("auth/token/roles/st", { token_type: "service" }),
  withRole("st", { policies: ["a"], type: "batch" }),
  POST("auth/token/roles/db", { token_type: "default-batch", renewable: false }),
  withRole("db", { policies: ["a"] }),
  withRole("db", { policies: ["a"], type: "service" }),
  POST("auth/token/roles/resp", { allowed_policies: ["response-wrapping"] }),
  withRole("resp", {}),
  POST("auth/token/roles/allroot", { allowed_policies: ["root"] }),
  withRole("allroot", {}),
  withRole("allroot", {}, { as: "maker" }),
  POST("auth/token/roles/nd", { token_no_default_policy: true, allowed_policies: ["a"] }),
  withRole("nd", {}),
  withRole("nd", { policies: ["a", "default"] }),
  POST("auth/token/roles/emax", { token_explicit_max_ttl: "10m", allowed_policies: ["a"] }),
  withRole("emax", { explicit_max_ttl: "20m" }),
  withRole("emax", { explicit_max_ttl: "5m" }),
  withRole("emax", {}),
  withRole("e", {}, { as: "maker" }),
  withRole("e", { id: "xx" }, { as: "maker" }),
  withRole("e", { no_parent: true }, { as: "maker" }),
  withRole("e", { period: "1h" }, { as: "maker" }),
  withRole("dg", { policies: ["zz"] }, { as: "maker" }),
  withRole("dg", {}, { as: "maker" }),
  withRole("d", { policies: ["zz"] }, { as: "maker" }),
  withRole("bt", {}, { as: "maker" }),
  withRole("p", {}, { as: "maker" }),
  withRole("p", { policies: ["root"] }, { as: "maker" }),
  withRole("none", {}, { as: "maker" }),
  withRole("e", {}, { as: "plain" }),
];

const create = (body: object, more: More = {}): TokenRequest => POST("auth/token/create", body, more);
const made: readonly TokenRequest[] = [
  create({ period: "1h" }, { as: "maker" }),
  create({ no_default_policy: true }, { as: "maker" }),
  create({ policies: ["default"] }, { as: "maker" }),
  create({ renewable: false }, { as: "maker" }),
  create({ explicit_max_ttl: "10s", ttl: "1h" }, { as: "maker" }),
  create({ ttl: "99999h" }, { as: "maker" }),
  create({ ttl: "-1h" }, { as: "maker", differs: TYPE_TEXT }),
  create({ ttl: "x" }, { as: "maker", differs: TYPE_TEXT }),
  create({ lease: "10m" }, { as: "maker" }),
  create({ lease: "10m", ttl: "5m" }, { as: "maker" }),
  create({ meta: { a: 1 } }, { as: "maker" }),
  create({ meta: "x" }, { as: "maker", differs: TYPE_TEXT }),
  create(
    { policies: "maker,default" },
    { as: "maker", differs: "a list as one text is a list, as everywhere else" },
  ),
  create({ num_uses: "2" }, { as: "maker" }),
  create({ type: "batch", explicit_max_ttl: "1h" }, { as: "maker" }),
  create({ type: "batch", num_uses: 1 }, { as: "maker" }),
  create({ type: "batch", period: "1h", policies: ["a"] }),
  create({ type: "batch", policies: ["a"], id: "foo" }, { differs: OWN_ID }),
  create({ type: "batch", policies: ["a"], renewable: true }),
  create({ type: "batch" }),
  ...["default-batch", "default-service", "default", "BATCH"].map((type) =>
    create({ type, policies: ["a"] }),
  ),
  create({ type: "", policies: ["a"] }),
  ...["s.abc", "hvs.abc", "b.abc", "hvb.abc", "r.abc", "hvr.abc", "a.bc"].map((id) =>
    create({ id, policies: ["a"] }),
  ),
  create({ policies: [] }),
  create({ policies: ["a", "root"] }, { differs: UNION }),
  create({ policies: ["response-wrapping"] }),
  create({ policies: ["root"], ttl: "1h" }),
  create({ policies: ["root"], period: "1h" }),
  create({ policies: ["root"], explicit_max_ttl: "1h" }, { differs: "says that the life was cut" }),
  create({ policies: ["Foo ", ""] }),
  create({ display_name: "a b/c!", policies: ["a"] }),
  create({ entity_alias: "x" }),
  POST("auth/token/create-orphan", { policies: ["a"], ttl: "1h" }),
  POST("auth/token/create-orphan", {}, { as: "maker" }),
  create({ policies: ["maker"], type: "batch", ttl: "1h" }, { keep: token.keep("batch") }),
  GET("auth/token/lookup-self", null, { as: "batch" }),
  ...["renew-self", "revoke-self", "create", "create/e", "create-orphan"].map((path) =>
    POST(`auth/token/${path}`, {}, { as: "batch" }),
  ),
  ...["lookup", "renew", "revoke", "revoke-orphan"].map((path) =>
    POST(`auth/token/${path}`, { token: "{{batch}}" }, { as: "batch" }),
  ),
  GET("cubbyhole/x", null, { as: "batch" }),
  create({ policies: ["maker"], num_uses: 2 }, { keep: token.keep("limited") }),
  create({}, { as: "limited" }),
  POST("auth/token/revoke-self", {}, { as: "limited" }),
  POST("auth/token/revoke-self", {}, { as: "limited" }),
];

const life: readonly TokenRequest[] = [
  GET("auth/token/lookup", null, { as: "maker" }),
  GET("auth/token/lookup/foo"),
  POST("auth/token/lookup", {}, { as: "maker" }),
  POST("auth/token/lookup", { token: "" }, { as: "maker" }),
  POST("auth/token/lookup", { token: "{{maker}}" }, { as: "plain" }),
  POST("auth/token/lookup-self", {}, { as: "maker" }),
  GET("auth/token/lookup-self", null, { as: "maker" }),
  GET("auth/token/lookup-self", null, { as: "none" }),
  POST("auth/token/lookup-accessor", {}),
  POST("auth/token/lookup-accessor", { accessor: "{{maker.accessor}}" }),
  POST("auth/token/lookup-accessor/x", {}),
  POST("auth/token/renew", {}),
  POST("auth/token/renew", { token: "" }),
  POST("auth/token/renew/x", {}),
  POST("auth/token/renew-self", {}, { as: "maker" }),
  POST("auth/token/renew-self", { increment: "-5" }, { as: "maker", differs: TYPE_TEXT }),
  POST("auth/token/renew-self", { increment: "99999h" }, { as: "maker" }),
  PUT("auth/token/renew-self", { increment: 60 }, { as: "maker" }),
  PUT("auth/token/renew-self", { increment: "1h" }, { as: "maker" }),
  POST("auth/token/renew-accessor", {}),
  POST("auth/token/renew-accessor", { accessor: "none" }),
  POST("auth/token/renew-accessor", { accessor: "{{maker.accessor}}", increment: "10m" }),
  POST("auth/token/renew-self", {}),
  POST("auth/token/revoke", {}),
  POST("auth/token/revoke", { token: "none" }),
  POST("auth/token/revoke/none", {}),
  POST("auth/token/revoke-orphan", {}),
  POST("auth/token/revoke-orphan", { token: "none" }),
  POST("auth/token/revoke-orphan", { token: "{{maker}}" }, { as: "maker" }),
  POST("auth/token/revoke-accessor", {}),
  POST("auth/token/revoke-accessor", { accessor: "none" }),
  POST("auth/token/tidy"),
  GET("auth/token/tidy"),
  GET("auth/token/accessors"),
  LIST("auth/token/accessors", null, { as: "maker" }),
  GET("auth/token/"),
  GET("auth/token"),
  GET("auth/token/bogus"),
  DELETE("auth/token/create"),
  DELETE("auth/token/lookup-self"),
  // a login's token lives only as long as its user
  POST("auth/people/users/bob", { password: "pw" }),
  POST("auth/people/login/bob", { password: "pw" }, { as: "none", keep: token.keep("bob") }),
  POST("auth/token/renew-self", { increment: "1h" }, { as: "bob" }),
  POST("auth/people/users/bob", { token_policies: "other" }),
  POST("auth/token/renew-self", {}, { as: "bob", differs: "400 and what to do, for 500 there" }),
  DELETE("auth/people/users/bob"),
  POST("auth/token/renew-self", {}, { as: "bob", differs: "400 and what to do" }),
  GET("auth/token/lookup-self", null, { as: "bob" }),
];

const wrapping: readonly TokenRequest[] = [
  GET("secret/data/w", null, { headers: ttl("60"), keep: wrapped("w1") }),
  POST("sys/wrapping/lookup", { token: "{{w1}}" }, { as: "none" }),
  PUT("sys/wrapping/lookup", { token: "{{w1}}" }, { as: "w1" }),
  GET("sys/wrapping/lookup", null, { as: "w1" }),
  GET("sys/wrapping/lookup?token={{w1}}", null, {
    as: "none",
    differs: "a token in an address ends in logs: only the body and the header are read",
  }),
  POST("auth/token/lookup-accessor", { accessor: "{{w1.accessor}}" }),
  POST("sys/capabilities-accessor", {
    accessor: "{{w1.accessor}}",
    paths: ["cubbyhole/response", "sys/wrapping/unwrap", "sys/wrapping/rewrap", "x"],
  }),
  POST("sys/wrapping/unwrap", {}, { as: "w1" }),
  POST("sys/wrapping/unwrap", {}, { as: "w1" }),
  POST("sys/wrapping/lookup", { token: "{{w1}}" }, { as: "none" }),
  GET("sys/wrapping/lookup", null, { as: "w1" }),
  GET("sys/wrapping/lookup", null, { as: "none" }),
  POST("sys/wrapping/lookup", {}, { as: "none" }),
  POST("sys/wrapping/lookup", { token: "" }, { as: "none" }),
  POST("sys/wrapping/lookup", { token: 7 }, { as: "none", differs: "a number is no token" }),
  ...["nope", "{{plain}}", "{{batch}}"].flatMap((value) => [
    POST("sys/wrapping/unwrap", { token: value }),
    POST("sys/wrapping/lookup", { token: value }, { as: "none" }),
    POST("sys/wrapping/rewrap", { token: value }),
  ]),
  POST("sys/wrapping/unwrap", {}),
  POST("sys/wrapping/unwrap", { token: "" }),
  POST("sys/wrapping/unwrap", {}, { as: "none" }),
  POST("sys/wrapping/wrap", { a: "b" }),
  POST("sys/wrapping/wrap", { a: "b", n: 1, o: { x: [1] } }, { headers: ttl("5m"), keep: wrapped("w2") }),
  POST("sys/wrapping/unwrap", { token: "{{w2}}" }, { as: "none" }),
  POST("sys/wrapping/rewrap", { token: "{{w2}}" }, { as: "none" }),
  POST("sys/wrapping/rewrap", { token: "{{w2}}" }, { as: "plain" }),
  POST("sys/wrapping/rewrap", { token: "{{w2}}" }, { keep: wrapped("w3") }),
  POST("sys/wrapping/unwrap", { token: "{{w2}}" }),
  POST("sys/wrapping/lookup", { token: "{{w3}}" }, { as: "none" }),
  POST("sys/wrapping/rewrap", { token: "{{w3}}" }, { headers: ttl("70"), keep: wrapped("w4") }),
  POST("sys/wrapping/lookup", { token: "{{w4}}" }, { as: "none" }),
  POST("sys/wrapping/unwrap", { token: "{{w4}}" }, { as: "plain" }),
  POST("sys/wrapping/wrap", { a: "b" }, { headers: ttl("5m"), keep: wrapped("w5") }),
  POST("sys/wrapping/rewrap", {}, { as: "w5" }),
  POST("sys/wrapping/unwrap", {}, { as: "w5" }),
  ...["bad", "-5", "1.5"].map((text) =>
    POST(
      "sys/wrapping/wrap",
      { a: "b" },
      { headers: ttl(text), ...(text !== "-5" && { differs: TYPE_TEXT }) },
    ),
  ),
  ...["0", "0s", ""].map((text) => POST("sys/wrapping/wrap", { a: "b" }, { headers: ttl(text) })),
  ...["90s", "1h30m", "2d"].map((text) => POST("sys/wrapping/wrap", { a: "b" }, { headers: ttl(text) })),
  POST("sys/wrapping/wrap", {}, { headers: ttl("5m") }),
  POST("sys/wrapping/wrap", null, { headers: ttl("5m"), keep: wrapped("w6") }),
  POST("sys/wrapping/unwrap", { token: "{{w6}}" }),
  GET("sys/wrapping/wrap", null, { headers: ttl("5m") }),
  GET("secret/metadata/?list=true", null, { headers: ttl("60"), keep: wrapped("w7") }),
  POST("sys/wrapping/unwrap", { token: "{{w7}}" }),
  GET("secret/data/none", null, { headers: ttl("60") }),
  POST("secret/data/b", { data: { k: "v" } }, { headers: ttl("60") }),
  DELETE("secret/data/b", null, { headers: ttl("60") }),
  GET("secret/data/b", null, { headers: ttl("60"), keep: wrapped("w8") }),
  POST("sys/wrapping/unwrap", { token: "{{w8}}" }),
  GET("sys/health", null, { headers: ttl("60"), as: "none", differs: "sys/health has Vault's members" }),
  GET("sys/auth/token/tune", null, { headers: ttl("60"), keep: wrapped("w9") }),
  POST("sys/wrapping/unwrap", { token: "{{w9}}" }),
  create({ ttl: "1h", policies: ["default"] }, { headers: ttl("60"), keep: wrapped("w10") }),
  POST("sys/wrapping/unwrap", { token: "{{w10}}" }),
  create({ ttl: "1h", type: "batch", policies: ["default"] }, { headers: ttl("60"), keep: wrapped("w11") }),
  POST("sys/wrapping/unwrap", {}, { as: "w11" }),
  create({ type: "batch" }, { headers: ttl("60") }),
  POST("sys/wrapping/wrap", { a: "b" }, { headers: ttl("5m"), keep: wrapped("w12") }),
  GET("cubbyhole/wrapinfo", null, { as: "w12" }),
  GET("cubbyhole/response", null, { as: "w12" }),
  POST("sys/wrapping/wrap", { a: "b" }, { headers: ttl("5m"), keep: wrapped("w13") }),
  POST("auth/token/revoke-accessor", { accessor: "{{w13.accessor}}" }),
  POST("sys/wrapping/unwrap", {}, { as: "w13" }),
  POST("sys/wrapping/wrap", { a: "b" }, { headers: ttl("5m"), keep: wrapped("w14") }),
  POST("auth/token/revoke-self", {}, { as: "w14" }),
  POST("sys/wrapping/unwrap", {}, { as: "w14" }),
  POST("sys/wrapping/wrap", { a: "b" }, { headers: ttl("5m"), keep: wrapped("w15") }),
  GET("secret/data/w", null, { as: "w15" }),
  POST("sys/wrapping/unwrap", {}, { as: "w15" }),
  ...[null, "5", "10", "100", "101", "0"].map((text) =>
    GET("secret/data/w", null, { as: "wrapper", ...(text !== null && { headers: ttl(text) }) }),
  ),
  create({}, { as: "wrapper" }),
  create({}, { as: "wrapper", headers: ttl("20") }),
  create({}, { as: "wrapper", headers: ttl("51") }),
  POST("sys/wrapping/wrap", { a: "b" }, { headers: ttl("5m"), keep: wrapped("w16") }),
  POST("sys/wrapping/lookup", { token: "{{w16}}" }, { as: "wrapper", headers: ttl("5m"), differs: STRANGER }),
  POST(
    "sys/wrapping/unwrap",
    { token: "{{w16}}" },
    { as: "wrapper", headers: ttl("5m"), keep: wrapped("w17") },
  ),
  POST("sys/wrapping/unwrap", { token: "{{w17}}" }),
  GET("sys/policies/acl/response-wrapping", null, {
    differs: "our own text of the policy, without OpenBao's members",
  }),
  PUT("sys/policies/acl/response-wrapping", { policy: 'path "a" { capabilities = ["read"] }' }),
  DELETE("sys/policies/acl/response-wrapping"),
  POST("auth/people/login/ada", { password: "pw" }, { as: "none", headers: ttl("1m"), keep: wrapped("w18") }),
  POST("sys/wrapping/unwrap", {}, { as: "w18" }),
  POST("auth/people/login/ada", { password: "bad" }, { as: "none", headers: ttl("1m") }),
  create({ policies: ["default"], num_uses: 1 }, { keep: token.keep("once") }),
  POST("sys/wrapping/wrap", { a: "b" }, { as: "once", headers: ttl("5m"), keep: wrapped("w19") }),
  POST("sys/wrapping/unwrap", { token: "{{w19}}" }, { as: "batch" }),
  GET("sys/wrapping/pubkey", null, {
    as: "none",
    differs: "an unknown path is told to nobody without a token",
  }),
];

const anonymous = (request: TokenRequest): TokenRequest => ({ ...request, as: "none" });
const inlined = (path: string, headers: Record<string, string>, more: More = {}): TokenRequest =>
  anonymous(GET(path, null, { headers, ...more }));
const inlines: readonly TokenRequest[] = [
  inlined("secret/data/w", inline()),
  inlined("secret/data/w", inline("auth/people/login/ada", [{ key: "password", value: "bad" }])),
  ...["update", "create", "read", "delete", "list", "UPDATE", "login"].map((operation) =>
    inlined(
      "secret/data/w",
      { ...inline(), "x-vault-inline-auth-operation": operation },
      operation === "update" || operation === "create" ? {} : { differs: NO_GO },
    ),
  ),
  ...[
    "/auth/people/login/ada",
    "people/login/ada",
    "auth/none/login",
    "secret/data/w",
    "auth/token/create",
    "auth/token/lookup-self",
  ].map((path) =>
    inlined(
      "secret/data/w",
      inline(path),
      path.startsWith("/") ? { differs: "a slash in front is cut off, as of every path" } : {},
    ),
  ),
  inlined("secret/data/w", inline("sys/seal-status"), { differs: "only an auth method's login logs in" }),
  GET("secret/data/w", null, { headers: inline(), differs: NO_GO }),
  GET("secret/data/w", null, { headers: inline(), as: "plain", differs: NO_GO }),
  inlined("secret/data/w", { ...inline(), ...ttl("60") }),
  inlined(
    "secret/data/w",
    { "x-vault-inline-auth-parameter-1": parameter({ key: "password", value: "pw" }) },
    { differs: "headers that miss the path are named, not ignored" },
  ),
  inlined("secret/data/w", inline("auth/people/login/ada", []), { differs: NO_GO }),
  ...[{ key: "password" }, { value: "pw" }, "not json"].map((value) =>
    inlined("secret/data/w", inline("auth/people/login/ada", [value]), { differs: NO_GO }),
  ),
  inlined(
    "secret/data/w",
    { ...inline("auth/people/login/ada", []), "x-vault-inline-auth-parameter-0": "!!!" },
    { differs: NO_GO },
  ),
  inlined(
    "secret/data/w",
    inline("auth/people/login/ada", [
      { key: "password", value: "pw" },
      { key: "password", value: "pw" },
    ]),
    {
      differs: "a parameter given twice is refused: which one counts would be chance",
    },
  ),
  inlined("secret/data/w", { ...inline(), "x-vault-inline-auth-namespace": "" }),
  inlined("secret/data/w", { ...inline(), "x-vault-inline-auth-namespace": "root" }),
  inlined("secret/data/w", { ...inline(), "x-vault-inline-auth-namespace": "ns1" }, { differs: NO_GO }),
  inlined(
    "secret/data/w",
    { ...inline(), "x-vault-namespace": "ns1" },
    { differs: "a namespace is refused, not looked for" },
  ),
  inlined(
    "secret/data/w",
    { ...inline(), "x-vault-inline-auth-other": "x" },
    { differs: "an unknown part of a login is refused" },
  ),
  inlined("secret/data/none", inline()),
  inlined("sys/mounts", inline()),
  inlined("auth/token/lookup-self", inline(), { differs: "permission denied: there is no token to be bad" }),
  ...["create", "create-orphan", "renew-self", "revoke-self"].map((path) =>
    anonymous(POST(`auth/token/${path}`, {}, { headers: inline(), differs: INLINE_BATCH })),
  ),
  anonymous(
    POST(
      "cubbyhole/a",
      { x: "y" },
      { headers: inline(), differs: "what could never be read again is not taken" },
    ),
  ),
  anonymous(POST("secret/data/z", { data: { a: "b" } }, { headers: inline() })),
  anonymous(POST("auth/people/login/ada", { password: "pw" }, { headers: inline() })),
  inlined("secret/data/w?help=1", inline(), { differs: "help is for everybody who is somebody" }),
];

const mount = (path: string, body: object, more: More = {}): TokenRequest =>
  POST(`sys/mounts/${path}`, body, more);
const tune = (body: object, more: More = {}): TokenRequest => POST("sys/mounts/m1/tune", body, more);
const tuneAuth = (body: object, more: More = {}): TokenRequest => POST("sys/auth/u2/tune", body, more);
const mounts: readonly TokenRequest[] = [
  mount("m1", {
    type: "kv",
    description: "d",
    options: { version: "2" },
    local: true,
    config: {
      default_lease_ttl: "1h",
      max_lease_ttl: "2h",
      listing_visibility: "unauth",
      audit_non_hmac_request_keys: ["a"],
      audit_non_hmac_response_keys: ["b"],
      passthrough_request_headers: ["X-A"],
      allowed_response_headers: ["X-B"],
      force_no_cache: true,
    },
  }),
  GET("sys/mounts/m1"),
  GET("sys/mounts/m1/tune"),
  mount("m2", { type: "kv", config: { listing_visibility: "bogus" } }),
  mount("m2", { type: "kv", config: { default_lease_ttl: "x" } }, { differs: TYPE_TEXT }),
  mount("m2", { type: "kv", config: "x" }, { differs: TYPE_TEXT }),
  mount(
    "m2",
    { type: "kv", config: { default_lease_ttl: "2h", max_lease_ttl: "1h" } },
    { differs: "one text for making and tuning" },
  ),
  mount("m2", { type: "kv", config: { default_lease_ttl: "99999h" } }),
  mount("m2", { type: "kv", config: { max_lease_ttl: "99999h" } }),
  mount(
    "m3",
    { type: "kv", seal_wrap: true },
    { differs: "asks for what is not offered: refused, not ignored" },
  ),
  mount(
    "m3",
    { type: "kv", external_entropy_access: true },
    { differs: "asks for what is not offered: refused, not ignored" },
  ),
  tune({ default_lease_ttl: "30m" }),
  tune({ default_lease_ttl: "3h" }, { differs: "one text for making and tuning" }),
  tune({ max_lease_ttl: "10m" }, { differs: "one text for making and tuning" }),
  tune({ max_lease_ttl: "system", default_lease_ttl: "system" }),
  ...["hidden", "unauth", "", "x"].map((listing_visibility) => tune({ listing_visibility })),
  GET("sys/mounts/m1/tune"),
  ...[["foo", "bar"], [], ""].map((keys) => tune({ audit_non_hmac_request_keys: keys })),
  tune({ audit_non_hmac_response_keys: "x,y" }),
  tune({ passthrough_request_headers: "A,B" }),
  tune({ allowed_response_headers: "C" }),
  tune({ token_type: "batch" }),
  tune({ user_lockout_config: { lockout_threshold: "3" } }),
  tune({ plugin_version: "v1" }, { differs: "the text does not guess at versions" }),
  tune({ description: "" }),
  tune({ description: "neu" }),
  tune({ options: { version: "1" } }),
  tune({ options: {} }),
  tune({ default_lease_ttl: "" }),
  tune({ default_lease_ttl: 3600 }),
  tune({ max_lease_ttl: "0" }),
  tune({}),
  GET("sys/mounts/m1/tune"),
  GET("sys/mounts/m1"),
  POST("sys/auth/u2", { type: "userpass", config: { token_type: "batch", listing_visibility: "unauth" } }),
  GET("sys/auth/u2"),
  GET("sys/auth/u2/tune"),
  ...["default-service", "service", "default-batch", "default", "x", ""].map((token_type) =>
    tuneAuth({ token_type }),
  ),
  tuneAuth({ user_lockout_config: "x" }, { differs: TYPE_TEXT }),
  tuneAuth({ token_type: "batch" }),
  POST("auth/u2/users/x", { password: "p" }),
  POST("auth/u2/login/x", { password: "p" }, { as: "none" }),
  tuneAuth({ token_type: "service" }),
  POST("auth/u2/users/x", { token_type: "batch" }),
  POST("auth/u2/login/x", { password: "p" }, { as: "none" }),
  tuneAuth({ token_type: "default-batch" }),
  POST("auth/u2/users/x", { token_type: "default" }),
  POST("auth/u2/login/x", { password: "p" }, { as: "none" }),
  POST("auth/u2/users/x", { token_type: "service" }),
  POST("auth/u2/login/x", { password: "p" }, { as: "none", keep: token.keep("moved") }),
  POST("sys/auth/token/tune", { token_type: "batch" }),
  POST("sys/auth/token/tune", { description: "tok", default_lease_ttl: "1h" }),
  GET("sys/auth/token/tune"),
  create({ policies: ["a"] }),
  POST("sys/auth/token/tune", { description: "token based credentials", default_lease_ttl: "system" }),
  ...["none", "none/tune", "m1/"].map((path) =>
    GET(`sys/mounts/${path}`, null, path.startsWith("none") ? { differs: MISSING_MOUNT } : {}),
  ),
  ...["none", "none/tune"].map((path) => GET(`sys/auth/${path}`, null, { differs: MISSING_MOUNT })),
  POST("sys/mounts/none/tune", { description: "x" }, { differs: MISSING_MOUNT }),
  DELETE("sys/mounts/sys", null, { differs: "our text, the same refusal" }),
  DELETE("sys/mounts/cubbyhole", null, { differs: "our text, the same refusal" }),
  DELETE("sys/auth/token", null, { differs: "our text, the same refusal" }),
  GET("sys/internal/ui/mounts", null, { as: "none" }),
  GET("sys/internal/ui/mounts", null, { as: "wrong" }),
  GET("sys/internal/ui/mounts/m1", null, { as: "none" }),
  GET("sys/internal/ui/mounts/m1"),
  GET("sys/internal/ui/mounts/auth/u2"),
  GET("sys/internal/ui/mounts/auth/u2/login/x"),
  GET("sys/internal/ui/mounts/m1", null, { as: "plain" }),
  GET("sys/internal/ui/mounts/nope", null, { as: "plain" }),
  GET("sys/internal/ui/resultant-acl"),
  GET("sys/internal/ui/resultant-acl", null, { as: "none" }),
  GET("sys/internal/ui/resultant-acl", null, {
    as: "maker",
    differs: "the default policies are worded apart",
  }),
];

const remount = (from: string, to: string, more: More = {}): TokenRequest =>
  POST("sys/remount", { from, to }, more);
const moves: readonly TokenRequest[] = [
  mount("r1", { type: "kv", options: { version: "1" } }),
  POST("r1/a", { x: "y" }),
  remount("none", "r3", { differs: "our text, the same refusal" }),
  remount("r1", "r1", { differs: "our text holds what clients look for: path is already in use" }),
  remount("r1", "secret", { differs: "our text holds what clients look for: path is already in use" }),
  remount("r1", "secret/x", { differs: "our text holds what clients look for: path is already in use" }),
  remount("sys", "x1"),
  remount("r1", "sys"),
  remount("cubbyhole", "x1"),
  remount("r1", "cubbyhole"),
  remount("auth/token", "auth/t2"),
  remount("r1", "auth/r2"),
  remount("auth/u2", "r5"),
  remount("auth/u2", "auth/token"),
  remount("r1", ""),
  remount("", "r2"),
  POST("sys/remount", {}),
  GET("sys/remount"),
  remount("/r1/", "/r2/", { keep: { move: "data.migration_id" }, differs: REMOUNT }),
  GET("sys/remount/status/none"),
  remount("r1", "r9", { as: "plain" }),
];
/** What is asked once the move is over: OpenBao's goes on behind its answer. */
export const afterMove: readonly TokenRequest[] = [
  GET("sys/remount/status/{{move}}"),
  GET("r2/a"),
  GET("r1/a"),
  remount("auth/u2", "auth/u3", { differs: REMOUNT }),
];
export const afterSecondMove: readonly TokenRequest[] = [
  POST("auth/u3/login/x", { password: "p" }, { as: "none" }),
  POST("auth/u2/login/x", { password: "p" }, { as: "none" }),
  GET("auth/token/lookup-self", null, { as: "moved" }),
  GET("sys/auth/u3"),
];

const leases: readonly TokenRequest[] = [
  ...["sys/leases/lookup", "sys/leases/renew", "sys/leases/revoke"].flatMap((path) => [
    POST(path, {}),
    POST(path, { lease_id: "none" }),
    PUT(path, { lease_id: "secret/none/x" }),
  ]),
  POST("sys/leases/renew/none", { increment: 5 }),
  POST("sys/leases/revoke/none", {}),
  GET("sys/leases/lookup"),
  LIST("sys/leases/lookup/none"),
  LIST("sys/leases/lookup/none", null, { as: "plain" }),
  ...["sys/renew", "sys/revoke"].map((path) => POST(path, { lease_id: "none" }, { differs: LEGACY_LEASES })),
  ...["revoke-prefix", "revoke-force"].flatMap((name) => [
    POST(`sys/leases/${name}/none`, {}),
    PUT(`sys/leases/${name}/none`, { sync: true }),
    POST(`sys/leases/${name}/none`, {}, { as: "plain" }),
    POST(`sys/leases/${name}/`, {}),
    POST(`sys/leases/${name}`, {}),
    GET(`sys/leases/${name}/none`),
    POST(`sys/${name}/none`, {}, { differs: LEGACY_LEASES }),
  ]),
  POST("sys/leases/tidy"),
  GET("sys/leases/tidy"),
  POST("sys/leases/tidy", {}, { as: "plain" }),
  GET("sys/leases/count"),
  GET("sys/leases/count?type=irrevocable"),
  GET("sys/leases/count?type=bogus"),
  GET("sys/leases/count?type=irrevocable", null, { as: "plain" }),
  GET("sys/leases"),
  GET("sys/leases?type=irrevocable"),
  GET("sys/leases?type=irrevocable&limit=none"),
  POST("sys/leases/lookup", { lease_id: "none" }, { as: "plain" }),
  POST("sys/leases/revoke", { lease_id: "none" }, { as: "plain" }),
];

/** Secrets with leases: certificates, which need no other system. */
const leased: readonly TokenRequest[] = [
  POST("sys/mounts/pki", { type: "pki" }),
  POST("pki/root/generate/internal", { common_name: "ca", key_type: "ec", ttl: "10h" }),
  POST("pki/roles/r", {
    ...{ allow_any_name: true, enforce_hostnames: false, key_type: "ec", generate_lease: true },
    ...{ ttl: "1h", max_ttl: "2h", no_store: false },
  }),
  POST("pki/issue/r", { common_name: "one" }, { keep: { lease: "lease_id", id: "lease_id" } }),
  POST("pki/issue/r", { common_name: "two" }, { keep: { second: "lease_id" } }),
  POST("sys/leases/lookup", { lease_id: "{{lease}}" }),
  PUT("sys/leases/lookup", { lease_id: "{{lease}}" }),
  LIST("sys/leases/lookup/pki"),
  LIST("sys/leases/lookup/pki/issue"),
  LIST("sys/leases/lookup/pki/none"),
  POST("sys/leases/renew", { lease_id: "{{lease}}" }),
  POST("sys/leases/renew", { lease_id: "{{lease}}", increment: 60 }),
  POST("sys/leases/renew/{{lease}}", {}),
  POST("sys/leases/revoke", { lease_id: "{{lease}}", sync: true }),
  POST("sys/leases/lookup", { lease_id: "{{lease}}" }),
  POST("sys/leases/renew", { lease_id: "{{lease}}" }),
  POST("sys/leases/revoke", { lease_id: "{{lease}}", sync: true }),
  POST("sys/leases/revoke-prefix/pki/issue", { sync: true }),
  POST("sys/leases/lookup", { lease_id: "{{second}}" }),
  LIST("sys/leases/lookup/pki/issue"),
  POST("auth/token/create", { policies: ["root"], ttl: "1h" }, { keep: { holder: "auth.client_token" } }),
  POST("pki/issue/r", { common_name: "three" }, { as: "holder", keep: { third: "lease_id" } }),
  POST("auth/token/revoke", { token: "{{holder}}" }),
  POST("sys/leases/revoke", { lease_id: "{{third}}", sync: true }),
  POST("sys/leases/lookup", { lease_id: "{{third}}" }),
  POST(
    "auth/token/create",
    { type: "batch", policies: ["a"], ttl: "1h" },
    { keep: { short: "auth.client_token" } },
  ),
  POST("pki/issue/r", { common_name: "four" }, { as: "short" }),
  DELETE("sys/mounts/pki"),
];

const capabilities: readonly TokenRequest[] = [
  POST("sys/capabilities", {
    token: "{{plain}}",
    paths: ["secret/data/x", "sys/mounts", "/auth/token/lookup-self", "cubbyhole/"],
  }),
  POST("sys/capabilities", { token: "{{plain}}", path: "sys/mounts" }),
  POST("sys/capabilities", { token: "{{plain}}", paths: "a,b" }),
  POST("sys/capabilities", { token: "{{plain}}" }),
  POST("sys/capabilities", { paths: ["a"] }, { differs: NO_GO }),
  POST("sys/capabilities", { token: "bad", paths: ["a"] }),
  POST("sys/capabilities", { token: "", paths: ["a"] }, { differs: NO_GO }),
  POST("sys/capabilities", { token: "{{plain}}", paths: [] }),
  POST("sys/capabilities", { token: "{{plain}}", paths: [""] }),
  POST("sys/capabilities", { token: "{{maker}}", paths: ["auth/token/create/x", "auth/token/lookup"] }),
  POST("sys/capabilities", { token: "{{batch}}", paths: ["auth/token/create"] }),
  POST("sys/capabilities-self", { paths: ["a", "sys/mounts"] }, { as: "plain" }),
  POST("sys/capabilities-self", { path: "a" }, { as: "plain" }),
  POST("sys/capabilities-self", {}, { as: "plain" }),
  POST("sys/capabilities-self", { paths: "" }, { as: "plain" }),
  POST("sys/capabilities-self", { paths: ["a"] }),
  POST("sys/capabilities-self", { paths: ["a"] }, { as: "none" }),
  GET("sys/capabilities-self", null, { as: "plain" }),
  POST("sys/capabilities-accessor", { accessor: "{{plain.accessor}}", paths: ["a"] }),
  POST("sys/capabilities-accessor", { accessor: "none", paths: ["a"] }),
  POST("sys/capabilities-accessor", { paths: ["a"] }),
  POST("sys/capabilities-accessor", { accessor: "{{plain.accessor}}" }),
];

const headers: readonly TokenRequest[] = [
  GET("secret/data/w", null, { headers: { "x-vault-request": "true" } }),
  GET("secret/data/w", null, { headers: { "x-vault-inconsistent": "forward-active-node" } }),
  GET("secret/data/w", null, { headers: { "x-vault-no-request-forwarding": "true" } }),
  GET("secret/data/w", null, { headers: { "x-vault-policy-override": "false" } }),
  GET("secret/data/w", null, {
    headers: { "x-vault-policy-override": "true" },
    differs: "asks for what is not offered",
  }),
  GET("secret/data/w", null, { headers: { "x-vault-mfa": "a:b" }, differs: "asks for what is not offered" }),
  GET("secret/data/w", null, {
    headers: { "x-vault-index": "abc" },
    differs: "asks for what always holds, whatever it names",
  }),
  GET("secret/data/w", null, {
    headers: { "x-vault-namespace": "ns" },
    differs: "a namespace is refused, not looked for",
  }),
  GET("nope/x?help=1"),
  GET("sys/mounts?help=1", null, { as: "none" }),
  GET("sys/nope?help=1"),
  GET("sys/mounts?help=1"),
];

export const tokenRequests: readonly TokenRequest[] = [
  ...setup,
  ...roles,
  ...byRole,
  ...made,
  ...life,
  ...wrapping,
  ...inlines,
  ...mounts,
  ...leases,
  ...leased,
  ...capabilities,
  ...headers,
  ...moves,
];
