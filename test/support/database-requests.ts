/**
 * One list of requests to the database engine for Bulkhead and a real OpenBao server, both on one PostgreSQL, right and wrong ones.
 * `{{url}}` and the like are filled for each side; `keep` takes a value out of a side's own answer, which later requests of that side
 * may use. Where the two differ on purpose, `differs` says why.
 */
import type { ApiMethod } from "../../src/core/ports/api.ts";

export interface DatabaseRequest {
  readonly method: ApiMethod;
  readonly path: string;
  readonly body?: object | string;
  /** Name → dotted path in the answer. */
  readonly keep?: Readonly<Record<string, string>>;
  /** Why Bulkhead's status, shape or text is another one. */
  readonly differs?: string;
}

type More = Pick<DatabaseRequest, "keep" | "differs">;

const ask =
  (method: ApiMethod) =>
  (path: string, body?: object | string, more: More = {}): DatabaseRequest => ({
    method,
    path: `database/${path}`,
    ...(body !== undefined && { body }),
    ...more,
  });
const get = (path: string, more: More = {}): DatabaseRequest => ask("GET")(path, undefined, more);
const list = (path: string, more: More = {}): DatabaseRequest => ask("LIST")(path, undefined, more);
const remove = (path: string, more: More = {}): DatabaseRequest => ask("DELETE")(path, undefined, more);
const post = (path: string, body: object | string = {}, more: More = {}): DatabaseRequest =>
  ask("POST")(path, body, more);
const lease = (action: string, body: object, more: More = {}): DatabaseRequest => ({
  method: "PUT",
  path: `sys/leases/${action}`,
  body,
  ...more,
});

const OWN_STATUS = "what the caller did wrong is 400, not 500";
const UPSTREAM =
  "what the database refuses is 502, and its own words, which can quote a statement, stay in its log";
const NO_WORDS = "the driver's words name user and address; Bulkhead says what went wrong";
const OWN_TEXT = "the same meaning in other words";
const TYPE_TEXT = "the text names the expected type, not Go's parser";
const STRICT = "refused when it is written, not when it is used";
const NOT_OFFERED = "refused instead of kept and not obeyed";
const NO_WARNING = "unknown fields are ignored without a warning";
const ONE_USER = "two static roles for one user would take each other's password away";
const NOT_SHOWN = "what is not known is not kept";

export const good = {
  plugin_name: "postgresql-database-plugin",
  connection_url: "{{url}}",
  username: "{{root}}",
  password: "{{password}}",
  allowed_roles: "*",
};
const CREATE =
  "CREATE ROLE \"{{name}}\" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}'; GRANT SELECT ON ALL TABLES IN SCHEMA public TO \"{{name}}\";";
const role = { db_name: "a", creation_statements: CREATE };

const configs: readonly DatabaseRequest[] = [
  list("config"),
  list("roles"),
  list("static-roles"),
  get("config/none"),
  remove("config/none"),
  post("reset/none", {}, { differs: OWN_STATUS }),
  post("rotate-root/none", {}, { differs: OWN_STATUS }),
  get("config"),
  post("config"),
  get("reset/none"),
  remove("reset/none"),
  get("rotate-root/none"),
  remove("rotate-root/none"),
  list("rotate-root"),
  post("reset"),
  post("config/a"),
  post("config/a", { plugin_name: "" }),
  post("config/a", { plugin_name: "nope" }, { differs: OWN_TEXT }),
  post("config/a", { plugin_name: "mongodb-database-plugin" }, { differs: OWN_TEXT }),
  post("config/a", { plugin_name: "postgresql-database-plugin" }),
  post("config/a", { ...good, connection_url: "" }),
  post("config/a", { ...good, connection_url: "garbage" }),
  post("config/a", { ...good, connection_url: 5 }, { differs: TYPE_TEXT }),
  post(
    "config/a",
    { ...good, connection_url: "postgresql://{{username}}:{{password}}@" },
    { differs: STRICT },
  ),
  post(
    "config/a",
    { ...good, username: "" },
    { differs: "a user is never taken from the server's own environment" },
  ),
  post(
    "config/a",
    { ...good, password: "" },
    { differs: "a password is never taken from the server's own environment" },
  ),
  post("config/a", { ...good, password: "wrong" }, { differs: NO_WORDS }),
  post("config/a", { ...good, username: "nobody" }, { differs: NO_WORDS }),
  post("config/a", { ...good, connection_url: "{{closedUrl}}" }, { differs: NO_WORDS }),
  post("config/a", { ...good, connection_url: "{{noDatabaseUrl}}" }, { differs: NO_WORDS }),
  post("config/a", { ...good, username_template: "{{" }, { differs: OWN_TEXT }),
  post("config/a", { ...good, username_template: "{{.Foo}}" }, { differs: OWN_TEXT }),
  post("config/a", { ...good, username_template: "{{foo .RoleName}}" }, { differs: OWN_TEXT }),
  post("config/a", { ...good, username_template: "{{random}}" }, { differs: OWN_TEXT }),
  post("config/a", { ...good, password_policy: "nope" }, { differs: NOT_OFFERED }),
  post("config/a", { ...good, plugin_version: "v1.0.0" }, { differs: OWN_TEXT }),
  post("config/a", { ...good, max_open_connections: "x" }, { differs: TYPE_TEXT }),
  post("config/a", { ...good, max_open_connections: -1 }, { differs: "the pool is always bounded" }),
  post("config/a", { ...good, max_connection_lifetime: "bad" }, { differs: TYPE_TEXT }),
  post("config/a", { ...good, password_authentication: "md5" }),
  post("config/a", { ...good, verify_connection: "x" }, { differs: TYPE_TEXT }),
  post("config/a", { ...good, allowed_roles: { a: 1 } }, { differs: TYPE_TEXT }),
  get("config/a", { differs: "password_policy and the like were kept there though refused here" }),
  remove("config/a"),
  get("config/a"),
  post("config/a", good),
  get("config/a"),
  post("config/-a", good),
  post("config/a-", good),
  post("config/a/b", good),
  post("config/with space", good),
  post("config/dot.dot", { ...good, bogus_field: "x" }),
  get("config/dot.dot", { differs: NOT_SHOWN }),
  post("config/dot.dot", { ...good, max_open_connections: "7", max_idle_connections: 2 }),
  post("config/words", { ...good, connection_url: "{{words}}" }),
  get("config/words", { differs: "the words are shown as written, not encoded as a URL" }),
  post("config/b", {
    ...good,
    verify_connection: false,
    password: "wrong",
    allowed_roles: ["x*", "y"],
    root_rotation_statements: ["a", "b"],
    max_open_connections: 3,
    max_idle_connections: 2,
    max_connection_lifetime: "5s",
    username_template: "x-{{random 8}}",
    password_authentication: "scram-sha-256",
    disable_escaping: true,
  }),
  get("config/b"),
  post("config/b", { allowed_roles: "z" }, { differs: NO_WORDS }),
  post("config/b", { allowed_roles: "z", verify_connection: false }),
  get("config/b"),
  post("config/b", { allowed_roles: "", verify_connection: false }),
  get("config/b"),
  post(
    "config/b",
    { connection_url: "{{closedUrl}}", verify_connection: false },
    { differs: "a kept password is not sent to another address" },
  ),
  post(
    "config/inline",
    { ...good, connection_url: "{{inlineUrl}}", username: "", password: "" },
    { differs: NO_WARNING },
  ),
  get("config/inline"),
  post("rotate-root/inline", {}, { differs: OWN_STATUS }),
  list("config"),
  post("reset/a"),
  get("reset/a"),
  post("reset/a", { force: true }),
  post("config/a", good),
  remove("config/b"),
  remove("config/b"),
  list("config"),
  get("nothing"),
  get(""),
];

const dynamic: readonly DatabaseRequest[] = [
  get("roles/none"),
  remove("roles/none"),
  post("roles/r"),
  post("roles/r", { db_name: "" }),
  post("roles/r", { db_name: "a" }),
  get("roles/r"),
  get("creds/r", { differs: OWN_STATUS }),
  post("roles/nodb", { ...role, db_name: "nodb" }),
  get("creds/nodb", { differs: OWN_STATUS }),
  post("roles/r", { default_ttl: "x" }, { differs: TYPE_TEXT }),
  post("roles/r", { default_ttl: -5 }, { differs: TYPE_TEXT }),
  post("roles/r", { creation_statements: { a: 1 } }, { differs: TYPE_TEXT }),
  post("roles/r", { creation_statements: "SELECT 'open" }, { differs: STRICT }),
  post("roles/r", {
    ...role,
    default_ttl: "1h",
    max_ttl: "24h",
    revocation_statements: ["R1;R2"],
    renew_statements: "N",
    rollback_statements: "B",
  }),
  get("roles/r"),
  post("roles/r", { max_ttl: 7200 }),
  get("roles/r"),
  post("roles/r", { revocation_statements: [], renew_statements: [], rollback_statements: [] }),
  get("roles/r"),
  post("roles/r2", { ...role, credential_type: "bogus" }),
  post("roles/r2", { ...role, credential_type: "rsa_private_key" }, { differs: NOT_OFFERED }),
  post(
    "roles/r2",
    { ...role, credential_type: "password", credential_config: { bogus: "zz" } },
    { differs: NOT_OFFERED },
  ),
  remove("roles/r2"),
  post("roles/r2", { ...role, credential_type: "password" }),
  get("roles/r2"),
  remove("roles/r2"),
  get("roles/r2"),
  post("roles/with space", role),
  post("roles/a/b", role),
  post("roles/-x", role),
  post("roles/x.y", role),
  list("roles"),
  list("roles/"),
  get("creds/r", { keep: { lease: "lease_id" } }),
  lease("lookup", { lease_id: "{{lease}}" }),
  lease("renew", { lease_id: "{{lease}}", increment: 3600 }),
  lease(
    "renew",
    { lease_id: "{{lease}}", increment: 7200_000 },
    {
      differs: "OpenBao adds a warning that the increment was capped",
    },
  ),
  lease("revoke", { lease_id: "{{lease}}" }),
  lease("lookup", { lease_id: "{{lease}}" }),
  get("creds/none"),
  post("creds/r"),
  remove("creds/r"),
  list("creds"),
  post("config/a", { ...good, allowed_roles: "x*" }),
  get("creds/r", { differs: OWN_STATUS }),
  get("creds/x.y", { keep: { lease: "lease_id" } }),
  lease("revoke", { lease_id: "{{lease}}" }),
  post("config/a", { ...good, allowed_roles: "" }),
  get("creds/r", { differs: OWN_STATUS }),
  post("config/a", { ...good, allowed_roles: ["q", "r"] }),
  get("creds/r", { keep: { lease: "lease_id" } }),
  lease("revoke", { lease_id: "{{lease}}" }),
  post("config/a", good),
  post("roles/bad", { ...role, creation_statements: "CREATE NONSENSE {{name}} {{password}}" }),
  get("creds/bad", { differs: UPSTREAM }),
  post("roles/nothing", { ...role, creation_statements: "SELECT 1" }),
  get("creds/nothing", { keep: { lease: "lease_id" } }),
  lease("revoke", { lease_id: "{{lease}}" }),
  post("roles/list", { ...role, creation_statements: [CREATE, "SELECT 1;"] }),
  get("roles/list"),
  get("creds/list", { keep: { lease: "lease_id" } }),
  lease("revoke", { lease_id: "{{lease}}" }),
  post("roles/base64", { ...role, creation_statements: Buffer.from(CREATE).toString("base64") }),
  get("creds/base64", { keep: { lease: "lease_id" } }),
  lease("revoke", { lease_id: "{{lease}}" }),
  post("roles/r", '{"db_name":', { differs: OWN_TEXT }),
  post("roles/r", "[]", { differs: OWN_TEXT }),
];

const fixed = { db_name: "a", username: "app", rotation_period: "1h" };
const standing: readonly DatabaseRequest[] = [
  post("static-roles/s"),
  post("static-roles/s", { db_name: "a" }),
  post("static-roles/s", { db_name: "a", username: "app" }),
  post("static-roles/s", { ...fixed, rotation_period: "1s" }),
  post("static-roles/s", { ...fixed, rotation_period: "4s" }),
  post("static-roles/s", { ...fixed, rotation_period: "x" }, { differs: TYPE_TEXT }),
  post("static-roles/s", { ...fixed, db_name: "nodb" }, { differs: OWN_STATUS }),
  post("static-roles/s", { ...fixed, username: "nouser" }, { differs: UPSTREAM }),
  post("static-roles/s", { ...fixed, rotation_statements: ["garbage"] }, { differs: UPSTREAM }),
  remove("static-roles/s"),
  get("static-roles/s"),
  get("static-creds/s"),
  post("static-roles/s", fixed),
  get("static-roles/s"),
  post("static-roles/s", { ...fixed, username: "other" }),
  post("static-roles/s", { ...fixed, rotation_period: "2h" }),
  get("static-roles/s"),
  post("static-roles/s", { rotation_period: "3h" }, { differs: "a member that is left out stays" }),
  post("static-roles/s", { ...fixed, rotation_period: 7200 }),
  post("static-roles/s", { ...fixed, rotation_schedule: "0 0 * * SAT" }, { differs: NOT_OFFERED }),
  post("static-roles/s2", fixed, { differs: ONE_USER }),
  remove("static-roles/s2"),
  post("static-roles/s", { ...fixed, rotation_period: "2h" }),
  get("static-creds/s"),
  get("static-creds/none"),
  post("static-creds/s"),
  list("static-creds"),
  remove("static-creds/s"),
  post("rotate-role/s"),
  get("static-creds/s"),
  post("rotate-role/none"),
  get("rotate-role/s"),
  list("rotate-role"),
  post("static-roles/r", fixed),
  post("roles/s", role),
  post("static-roles/with space", fixed),
  list("static-roles"),
  post("config/narrow", { ...good, allowed_roles: ["x"] }),
  post("static-roles/t", { ...fixed, db_name: "narrow" }, { differs: OWN_STATUS }),
  post("static-roles/u", {
    ...fixed,
    username: "app2",
    rotation_statements: "ALTER USER \"{{name}}\" WITH PASSWORD '{{password}}'",
  }),
  get("static-roles/u"),
  get("static-creds/u"),
  remove("static-roles/u"),
  remove("static-roles/s"),
  remove("static-roles/s"),
  get("static-creds/s"),
  list("static-roles"),
];

const root: readonly DatabaseRequest[] = [
  post("config/rot", { ...good, username: "{{rotor}}", password: "{{rotorPassword}}" }),
  post("rotate-root/rot"),
  get("config/rot"),
  post("rotate-root/rot"),
  post("reset/rot"),
  post("roles/byrot", { ...role, db_name: "rot" }),
  get("creds/byrot", { keep: { lease: "lease_id" } }),
  lease("revoke", { lease_id: "{{lease}}" }),
  post("config/badrot", {
    ...good,
    username: "{{rotor2}}",
    password: "{{rotorPassword}}",
    root_rotation_statements: ["garbage"],
  }),
  post("rotate-root/badrot", {}, { differs: UPSTREAM }),
  remove("config/rot"),
  remove("config/badrot"),
  list("config"),
];

export const databaseRequests: readonly DatabaseRequest[] = [...configs, ...dynamic, ...standing, ...root];
