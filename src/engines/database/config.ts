/**
 * `config/NAME` and `reset/NAME`: how a database is reached and which roles may use it. Passwords and keys are never read back, and a
 * kept password is never sent to an address that was written without it: whoever may change a configuration must not learn what he
 * could not read.
 */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import { uuid } from "../../core/ids.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import { plain } from "../../kernel/plain-field.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { checkUsername } from "../username-template.ts";
import { driverOf } from "./connections.ts";
import type { DatabaseContext } from "./context.ts";
import type { ConnectionDetails } from "./drivers/types.ts";
import { nameOf, statements, statementsField } from "./input.ts";
import { type Config, configs, requireConfig, rootNotes } from "./store.ts";

export const USERNAME_FIELDS = ["DisplayName", "RoleName"];
const MOST_CONNECTIONS = 100;
const DEFAULT_CONNECTIONS = 4;

const NEW_DETAILS: ConnectionDetails = {
  connectionUrl: "",
  username: "",
  password: "",
  maxOpenConnections: DEFAULT_CONNECTIONS,
  maxIdleConnections: 0,
  maxConnectionLifetime: 0,
  tlsCa: "",
  tlsCertificate: "",
  privateKey: "",
  passwordAuthentication: "scram-sha-256",
  disableEscaping: false,
};

const config = (problem: string): BulkheadError => new BulkheadError("database.config", { problem });

const fields: Readonly<Record<string, FieldDeclaration>> = {
  plugin_name: plain("string", "postgresql-database-plugin"),
  plugin_version: plain("string", "Not offered: there is one version of each"),
  verify_connection: plain("bool", "Log in before the configuration is kept; true unless said otherwise"),
  allowed_roles: plain("strings", "Roles that may use it: names, with * for any text; none when empty"),
  root_rotation_statements: statementsField(
    "What changes the configured user's password; {{username}}, {{password}}",
  ),
  password_policy: plain("string", "Not offered: passwords have 20 characters of four classes"),
  connection_url: {
    type: "secret",
    description: "URL, or libpq's words, with {{username}} and {{password}}",
  },
  username: plain("string", "The user who makes users"),
  password: { type: "secret", description: "That user's password; never read back" },
  username_template: plain("string", "How new users are named"),
  max_open_connections: plain(
    "int",
    `At most so many, 1 to ${MOST_CONNECTIONS}; ${DEFAULT_CONNECTIONS} unless said otherwise`,
  ),
  max_idle_connections: plain("int", "Taken as given: idle connections are closed after 15 seconds"),
  max_connection_lifetime: plain("duration", "A connection is closed at that age; 0: at none"),
  tls_ca: plain("string", "PEM: who may sign the server's certificate"),
  tls_certificate: plain("string", "PEM: the certificate to log in with"),
  private_key: { type: "secret", description: "PEM: the key of tls_certificate; never read back" },
  password_authentication: plain(
    "string",
    "scram-sha-256 (default): statements get what proves a password; password: itself",
  ),
  disable_escaping: plain("bool", "Put username and password into the URL as they are"),
};

/** Fields that are shown among connection_details, by their detail. */
const SHOWN: Readonly<Record<string, (one: Config) => ReplyValue>> = {
  connection_url: ({ plugin, details }) => driverOf(plugin).shownUrl(details.connectionUrl).url,
  username: ({ details }) => details.username,
  username_template: (one) => one.usernameTemplate,
  max_open_connections: ({ details }) => details.maxOpenConnections,
  max_idle_connections: ({ details }) => details.maxIdleConnections,
  max_connection_lifetime: ({ details }) => `${details.maxConnectionLifetime / 1_000}s`,
  tls_ca: ({ details }) => details.tlsCa,
  tls_certificate: ({ details }) => details.tlsCertificate,
  password_authentication: ({ details }) => details.passwordAuthentication,
  disable_escaping: ({ details }) => details.disableEscaping,
};

function changedDetails({ fields: given }: Call, before: ConnectionDetails): ConnectionDetails {
  const text = (name: string, kept: string): string => given.string(name) ?? kept;
  const secret = (name: string, kept: string): string => given.secret(name)?.revealText() ?? kept;
  return {
    connectionUrl: secret("connection_url", before.connectionUrl),
    username: text("username", before.username),
    password: secret("password", before.password),
    maxOpenConnections: given.int("max_open_connections") ?? before.maxOpenConnections,
    maxIdleConnections: given.int("max_idle_connections") ?? before.maxIdleConnections,
    maxConnectionLifetime: given.duration("max_connection_lifetime") ?? before.maxConnectionLifetime,
    tlsCa: text("tls_ca", before.tlsCa),
    tlsCertificate: text("tls_certificate", before.tlsCertificate),
    privateKey: secret("private_key", before.privateKey),
    passwordAuthentication: text("password_authentication", before.passwordAuthentication),
    disableEscaping: given.bool("disable_escaping") ?? before.disableEscaping,
  };
}

/** What decides who gets to see the kept password. */
const DESTINATION = ["connectionUrl", "tlsCa", "disableEscaping"] as const;

function checkDetails(details: ConnectionDetails, before: Config | null, call: Call): void {
  const { maxOpenConnections: most, passwordAuthentication } = details;
  if (details.connectionUrl === "") throw config("connection_url cannot be empty");
  if (!Number.isInteger(most) || most < 1 || most > MOST_CONNECTIONS)
    throw config(`max_open_connections must be from 1 to ${MOST_CONNECTIONS}`);
  if (passwordAuthentication !== "scram-sha-256" && passwordAuthentication !== "password")
    throw config(`'${passwordAuthentication.slice(0, 40)}' is not a valid password authentication type`);
  if ((details.tlsCertificate === "") !== (details.privateKey === ""))
    throw config("tls_certificate and private_key belong together");
  if (before === null || before.details.password === "" || call.fields.has("password")) return;
  if (DESTINATION.some((name) => details[name] !== before.details[name]))
    throw config(
      "the kept password is not sent to another address: give password along with connection_url, tls_ca or disable_escaping",
    );
}

function refuseNotOffered({ fields: given }: Call): void {
  if ((given.string("password_policy") ?? "") !== "")
    throw config("password_policy is not offered: passwords have 20 characters of four classes");
  if ((given.string("plugin_version") ?? "") !== "")
    throw config("plugin_version is not offered: leave it out");
}

async function write(context: DatabaseContext, call: Call): Promise<Reply | undefined> {
  const name = nameOf(call);
  const before = await configs.load(call.storage, name);
  const plugin = call.fields.string("plugin_name") ?? before?.plugin ?? "";
  if (plugin === "") throw new BulkheadError("request.invalid", { problem: "empty plugin name" });
  const driver = driverOf(plugin);
  refuseNotOffered(call);
  const details = changedDetails(call, before?.details ?? NEW_DETAILS);
  checkDetails(details, before, call);
  driver.check(details);
  const usernameTemplate = call.fields.string("username_template") ?? before?.usernameTemplate ?? "";
  if (usernameTemplate !== "") checkTemplate(usernameTemplate);
  const given = Object.keys(SHOWN).filter((one) => call.fields.has(one));
  const changed: Config = {
    revision: uuid(),
    plugin,
    details,
    given: [...new Set([...(before?.given ?? []), ...given])].sort(),
    allowedRoles: call.fields.strings("allowed_roles") ?? before?.allowedRoles ?? [],
    usernameTemplate,
    rootRotation: statements(call, "root_rotation_statements") ?? before?.rootRotation ?? [],
  };
  if (call.fields.bool("verify_connection") !== false) await verify(context, changed);
  await call.storage.transaction(async (tx) => {
    if ((await configs.load(tx, name))?.revision !== before?.revision)
      throw new BulkheadError("store.contended");
    configs.save(tx, name, changed);
    if (call.fields.has("password")) rootNotes.delete(tx, name);
  });
  await context.connections.forget(name);
  return driver.shownUrl(details.connectionUrl).hidden
    ? {
        warnings: [
          "Password found in connection_url, use a templated url to enable root rotation and prevent read access to password information.",
        ],
      }
    : undefined;
}

function checkTemplate(template: string): void {
  try {
    checkUsername(template, USERNAME_FIELDS);
  } catch (error) {
    if (!isBulkheadError(error)) throw error;
    throw config(error.message);
  }
}

async function verify({ connections }: DatabaseContext, wanted: Config): Promise<void> {
  const connection = connections.once(wanted);
  try {
    await connection.verify();
  } catch (error) {
    if (!isBulkheadError(error)) throw error;
    throw config(`error verifying connection: ${error.message}`);
  } finally {
    await connection.close();
  }
}

async function read(call: Call): Promise<Reply | null> {
  const found = await configs.load(call.storage, nameOf(call));
  if (found === null) return null;
  return {
    data: {
      allowed_roles: found.allowedRoles,
      connection_details: Object.fromEntries(
        found.given.map((name) => [name, SHOWN[name]?.(found)] as const),
      ),
      password_policy: "",
      plugin_name: found.plugin,
      plugin_version: "",
      root_credentials_rotate_statements: found.rootRotation,
    },
  };
}

async function remove({ connections }: DatabaseContext, call: Call): Promise<undefined> {
  const name = nameOf(call);
  await call.storage.transaction((tx) => {
    configs.delete(tx, name);
    rootNotes.delete(tx, name);
    return Promise.resolve();
  });
  await connections.forget(name);
}

/** In every process: a new revision. */
async function reset({ connections }: DatabaseContext, call: Call): Promise<undefined> {
  const name = nameOf(call);
  await call.storage.transaction(async (tx) => {
    configs.save(tx, name, { ...(await requireConfig(tx, name)), revision: uuid() });
  });
  await connections.forget(name);
}

export const configPaths = (context: DatabaseContext): PathDeclaration[] => [
  {
    pattern: "config",
    summary: "Lists the configurations",
    operations: { list: async ({ storage }) => ({ data: { keys: await configs.names(storage) } }) },
  },
  {
    pattern: "config/{name}",
    summary: "How a database is reached, and which roles may use it",
    fields,
    exists: async (call) => (await configs.load(call.storage, nameOf(call))) !== null,
    operations: {
      read,
      create: (call) => write(context, call),
      update: (call) => write(context, call),
      delete: (call) => remove(context, call),
    },
  },
  {
    pattern: "reset/{name}",
    summary: "Closes the connections; the next use makes new ones",
    operations: { update: (call) => reset(context, call) },
  },
];
