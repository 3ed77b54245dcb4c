import type { ApiClient } from "../../client/index.ts";
import { rfc3339 } from "../../core/clock.ts";
import { formatDuration } from "../../core/duration.ts";
import { BulkheadError } from "../../core/errors.ts";
import { Secret } from "../../core/secret.ts";
import { command } from "../command.ts";
import type { Context } from "../context.ts";
import { type LoginEntry, writeLogin } from "../login-file.ts";
import { readPrivateFile } from "../private-file.ts";

export default command({
  details:
    "Keeps a token for the server of BULKHEAD_ADDR in a file that only you can read. The token, password or secret id comes from a prompt, standard input or a private file, never from the arguments. The local store needs no login.",
  flags: {
    method: {
      kind: "choice",
      values: ["token", "approle", "userpass", "oidc"],
      default: "token",
      brief: "how to log in",
    },
    roleId: { kind: "text", placeholder: "id", brief: "the role's id, with --method approle" },
    secretIdFile: { kind: "text", placeholder: "file", brief: "file (0600) that holds the secret id" },
    username: { kind: "text", placeholder: "name", brief: "your user name, with --method userpass" },
    role: { kind: "text", placeholder: "name", brief: "the role, with --method oidc" },
    callbackPort: {
      kind: "number",
      placeholder: "port",
      default: 8250,
      brief: "where the browser comes back to on this machine, with --method oidc",
    },
    mount: {
      kind: "text",
      placeholder: "path",
      brief: "where the auth method is mounted, if not under its own name",
    },
  },
  examples: [
    { line: "bulkhead login", says: "asks for a token" },
    { line: "bulkhead login --method approle --role-id ID --secret-id-file id", says: "as a machine" },
    { line: "bulkhead login --method userpass --username ada", says: "asks for a password" },
    { line: "bulkhead login --method oidc", says: "shows the address to open in the browser" },
  ],
  async run({ flags, context }) {
    const { address, out, home } = context;
    if (address === null) throw new BulkheadError("login.no-server");
    const client = await context.anonymous(address);
    const made = await METHODS[flags.method](context, client, flags);
    writeLogin(home.login, address, made.entry);
    made.token.wipe();
    const { expires } = made.entry;
    const until =
      expires === null ? "without end" : `for ${formatDuration(Date.parse(expires) - Date.now())}`;
    out.note(`logged in at ${address} as ${made.name} ${until}`);
  },
});

interface LoggedIn {
  readonly token: Secret;
  readonly name: string;
  readonly entry: LoginEntry;
}

const expiryOf = (ttl: number): string | null => (ttl > 0 ? rfc3339(Date.now() + ttl) : null);

interface Flags {
  readonly roleId: string | undefined;
  readonly secretIdFile: string | undefined;
  readonly username: string | undefined;
  readonly mount: string | undefined;
  readonly role: string | undefined;
  readonly callbackPort: number;
}

async function byRole(context: Context, client: ApiClient, flags: Flags): Promise<LoggedIn> {
  const { roleId, secretIdFile, mount = "approle" } = flags;
  if (roleId === undefined)
    throw new BulkheadError("usage.invalid", {
      problem: "--method approle needs --role-id",
      command: "login",
    });
  const secretId =
    secretIdFile === undefined
      ? await (await context.input()).value("Secret id")
      : readPrivateFile(secretIdFile);
  const made = await client.login(`auth/${mount}/login`, { role_id: roleId, secret_id: secretId });
  secretId.wipe();
  const { token, accessor, ttl } = made;
  return {
    token,
    name: `role ${roleId}`,
    entry: { token: token.revealText(), accessor, expires: expiryOf(ttl) },
  };
}

async function byPassword(
  context: Context,
  client: ApiClient,
  { username, mount = "userpass" }: Flags,
): Promise<LoggedIn> {
  if (username === undefined)
    throw new BulkheadError("usage.invalid", {
      problem: "--method userpass needs --username",
      command: "login",
    });
  const password = await (await context.input()).value("Password");
  const path = `auth/${mount}/login/${username}`;
  const { token, accessor, ttl } = await client.login(path, { password });
  password.wipe();
  return {
    token,
    name: `user ${username}`,
    entry: { token: token.revealText(), accessor, expires: expiryOf(ttl) },
  };
}

async function byBrowser(context: Context, client: ApiClient, flags: Flags): Promise<LoggedIn> {
  const { role, mount = "oidc", callbackPort } = flags;
  if (!Number.isInteger(callbackPort) || callbackPort < 0 || callbackPort > 65_535)
    throw new BulkheadError("usage.invalid", {
      problem: "--callback-port is not a port",
      command: "login",
    });
  const { browserLogin } = await import("../browser-login.ts");
  const show = (url: string): void => context.out.note(`open this in your browser:\n${url}`);
  const made = await browserLogin(client, { mount, role: role ?? "", port: callbackPort, show });
  const { token, accessor, ttl, metadata } = made;
  return {
    token,
    name: `role ${metadata.role ?? role ?? ""}`,
    entry: { token: token.revealText(), accessor, expires: expiryOf(ttl) },
  };
}

async function byToken(context: Context, client: ApiClient): Promise<LoggedIn> {
  const given = await (await context.input()).value("Token");
  const token = Secret.copy(given.revealText().trim());
  given.wipe();
  const self = await client.with(token).read("auth/token/lookup-self");
  const entry = {
    token: token.revealText(),
    accessor: String(self?.accessor ?? ""),
    expires: typeof self?.expire_time === "string" ? self.expire_time : null,
  };
  return { token, name: String(self?.display_name ?? "token"), entry };
}

const METHODS: Readonly<
  Record<
    "token" | "approle" | "userpass" | "oidc",
    (context: Context, client: ApiClient, flags: Flags) => Promise<LoggedIn>
  >
> = { token: byToken, approle: byRole, userpass: byPassword, oidc: byBrowser };
