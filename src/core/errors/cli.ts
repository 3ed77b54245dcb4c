/** The command line's rows. */
import { type ErrorRow, row } from "./row.ts";

export const cliErrors = {
  // the command line
  "cli.unknown-command": row(400, 2, "`{name}` is not a command", "`bulkhead help` lists the commands"),
  "cli.no-value": row(
    400,
    2,
    "nothing was given for: {what}",
    'pipe it in (`printf %s "$VALUE" | bulkhead …`), or run the command in a terminal to be asked',
  ),
  "cli.value-in-arguments": row(
    400,
    2,
    "a value must not stand in the arguments: every process of this machine can read them there",
    "pipe it in on standard input, or run the command without it to be asked; rotate it if it was a real one",
  ),
  "cli.value-not-text": row(
    400,
    2,
    "the value of {field} is not text (UTF-8)",
    "encode it first, for example with base64, and decode it where it is used",
  ),
  "cli.value-too-large": row(
    400,
    2,
    "the value is larger than {limit} bytes",
    "keep a file of that size elsewhere, encrypted, and store its key",
  ),
  "cli.cancelled": row(400, 1, "cancelled", "nothing was changed"),
  "cli.not-text": row(
    400,
    2,
    "{path} is not text (UTF-8)",
    "convert it first, for example with iconv; nothing was stored and nothing removed",
  ),
  "cli.file-exposed": row(
    400,
    1,
    "others can read {path}, which holds a secret",
    "run `chmod 600 {path}`, and rotate what is in it if others may have read it",
  ),
  "cli.not-a-folder": row(400, 2, "there is no folder {path}", "give an existing folder"),
  "cli.found-nothing": row(404, 1, "there is no {what}", "{help}"),
  "cli.shown-on-terminal": row(
    400,
    2,
    "a value is not printed on a terminal unless you say so",
    "add --show, or pipe it to where it is needed",
  ),
  "cli.several-fields": row(400, 2, "{secret} has several fields: {known}", "add `--field {first}`"),
  "cli.unknown-field": row(404, 2, "{secret} has no field `{field}`", "its fields: {known}"),
  "cli.server-only": row(
    400,
    2,
    "`bulkhead {command}` works on a server: the local store is opened by its key file or passphrase",
    "set BULKHEAD_ADDR to the server's address",
  ),
  "cli.local-only": row(
    400,
    2,
    "`bulkhead {command}` works on the local store only",
    "unset BULKHEAD_ADDR, or run it on the machine that holds the store",
  ),
  "login.none": row(
    403,
    1,
    "nobody is logged in at {address}",
    "run `bulkhead login`, or set BULKHEAD_TOKEN",
  ),
  "login.no-server": row(
    400,
    2,
    "there is no server to log in to: BULKHEAD_ADDR is not set",
    "set it like http://127.0.0.1:8200; the local store needs no login",
  ),
  "login.expired": row(
    403,
    1,
    "the login at {address} ended at {expired}",
    "log in again with `bulkhead login`",
  ),
  "login.no-address": row(
    400,
    1,
    "the role {role} gives no address to log in at",
    "ask for a role of type oidc that allows {redirect}",
  ),
  "login.browser": row(
    400,
    1,
    "the browser login failed: {reason}",
    "begin again with `bulkhead login --method oidc`",
  ),
  "login.damaged": row(
    500,
    1,
    "the login file {path} cannot be read",
    "remove it and log in again with `bulkhead login`",
  ),
} as const satisfies Record<string, ErrorRow>;
