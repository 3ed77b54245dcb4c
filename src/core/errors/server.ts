/** Rows of the server, its clients and the store's folder. */
import { type ErrorRow, row } from "./row.ts";

export const serverErrors = {
  // clients of /v1
  "api.refused": row(400, 1, "{said}", ""),
  "api.unavailable": row(503, 1, "{said}", "see `bulkhead status`"),
  "api.unexpected": row(
    502,
    1,
    "the answer for {path} is not one of Bulkhead's: {problem}",
    "check that BULKHEAD_ADDR names a Bulkhead server",
  ),
  "api.unreachable": row(
    503,
    1,
    "cannot reach {address}: {reason}",
    "start it with `bulkhead server`, or unset BULKHEAD_ADDR to use the local store",
  ),
  "api.bad-address": row(
    400,
    2,
    "`{address}` is not a server address",
    "write BULKHEAD_ADDR like http://127.0.0.1:8200, without a path or a password",
  ),

  // the store's folder
  "home.none": row(
    500,
    1,
    "this user has no home folder",
    "set HOME, or BULKHEAD_HOME to a folder of yours alone",
  ),
  "home.hidden": row(
    500,
    1,
    "this is a job of a run, and the store in {path} is not for jobs",
    "the stage's secrets are in the job's environment; run other stages from outside",
  ),
  "home.exposed": row(500, 1, "{path} can be read by others", "chmod 700 {path}, then look at what it held"),
  "seal.passphrase-needed": row(
    503,
    1,
    "the store in {path} is sealed by a passphrase",
    "run this on a terminal, or give BULKHEAD_PASSPHRASE_FILE",
  ),

  // server
  "server.port-in-use": row(
    500,
    1,
    "cannot listen on {address}: it is in use",
    "stop the other server, or choose another with --listen",
  ),
  "server.cannot-listen": row(
    500,
    1,
    "cannot listen on {address}: {reason}",
    "choose another address with --listen",
  ),
  "server.bad-listen": row(
    400,
    2,
    "`{address}` is not an address to listen on",
    "write --listen like 127.0.0.1:8200",
  ),
  "server.plain-not-loopback": row(
    400,
    2,
    "{address} is not a loopback address and there is no TLS",
    "give --tls-cert and --tls-key, or --allow-plain-http behind a TLS proxy",
  ),
  "server.key-exposed": row(400, 1, "{path} can be read by others", "chmod 600 {path}"),

  "config.invalid": row(400, 2, "{path}: {problem}", "see docs/deploy.md, or schema/server.schema.json"),
} as const satisfies Record<string, ErrorRow>;
