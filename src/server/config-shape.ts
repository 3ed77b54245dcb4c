/**
 * What may stand in a server's configuration: YAML, or the JSON that Vault's own scripts write (which is YAML too), with Vault's
 * names. One table gives the checks and `schema/server.schema.json`. What Bulkhead cannot do is refused by name, never ignored.
 */
import { parseDuration } from "../core/duration.ts";
import type { JsonObject } from "../core/ports/manifest-api.ts";
import { schemaOf } from "../manifest/json-schema.ts";
import { list, type Shape, type TextRule, text } from "../manifest/shape.ts";

export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;

const plain = (expected: string, pattern = "^[^\\u0000-\\u001f]{1,1024}$"): Shape =>
  text({ expected, pattern });
const flag: Shape = text({
  expected: "true or false",
  words: () => ["true", "false", "1", "0"],
  scalars: true,
});
const duration: Shape = text({
  expected: "a duration such as 768h, or a number of seconds",
  scalars: true,
  check: (given) => (parseDuration(given) > 0 ? null : "it must be longer than 0"),
});
const file = plain("the path of a file");

/** Takes nothing: whatever is written there is refused with the reason. */
function never(reason: string): Shape {
  const rule: TextRule = { expected: `left out: ${reason}`, scalars: true, words: () => [] };
  return { kind: "either", scalar: text(rule) };
}
/** Only this, since the other is not to be had. */
const only = (word: string, reason: string): Shape =>
  text({
    expected: `\`${word}\` (${reason})`,
    words: () => (word === "true" ? ["true", "1"] : ["false", "0"]),
    scalars: true,
  });

type Keys = Extract<Shape, { kind: "object" }>["keys"];
const object = (keys: Keys): Shape => ({ kind: "object", keys, emptyIsFine: true });
const one = (shape: Shape, description: string) => ({ shape, description });
const need = (shape: Shape, description: string) => ({ shape, description, required: true });

const NO_CLUSTER = "there is no raft cluster; several nodes share one PostgreSQL";

const storage = object({
  inmem: one(object({}), "A store in memory, gone at the end."),
  file: one(
    object({ path: need(plain("a folder"), "The folder of the SQLite store.") }),
    "SQLite in a folder.",
  ),
  raft: one(
    object({
      path: need(plain("a folder"), "The folder of the SQLite store."),
      node_id: one(plain("a name"), "Taken as given: there is one node."),
      retry_join: one(never(NO_CLUSTER), "Refused."),
      performance_multiplier: one(never(NO_CLUSTER), "Refused."),
      autopilot_reconcile_interval: one(never(NO_CLUSTER), "Refused."),
    }),
    "As file: one node.",
  ),
  postgresql: one(
    object({
      connection_url: one(
        plain("postgres://…"),
        "The address; the configuration must be private (0600) then.",
      ),
      connection_url_file: one(file, "A file (0600) that holds the address."),
      table: one(never("name a schema in the address: ?schema=…"), "Refused."),
      ha_enabled: one(never("every node serves"), "Refused."),
    }),
    "PostgreSQL, for several nodes.",
  ),
});

const tcp = object({
  address: one(plain("host:port"), "Where to listen; 127.0.0.1:8200."),
  tls_disable: one(flag, "Plain HTTP: on loopback, or behind a proxy with allow_plain_http."),
  allow_plain_http: one(flag, "Plain HTTP on an address that is not loopback, behind a TLS proxy."),
  tls_cert_file: one(file, "PEM certificate chain; read again at SIGHUP."),
  tls_key_file: one(file, "PEM private key (0600); read again at SIGHUP."),
  tls_disable_client_certs: one(flag, "Clients are not asked for a certificate (for logins by `cert`)."),
  max_request_size: one({ kind: "int", min: 1024, max: 1 << 30 }, "Bytes of a request's body; 32 MiB."),
  max_request_duration: one(duration, "Longest request; 90s."),
  cluster_address: one(never(NO_CLUSTER), "Refused."),
  proxy_protocol_behavior: one(never("it is not read"), "Refused."),
  x_forwarded_for_authorized_addrs: one(never("it is not read"), "Refused."),
});
const listener = object({ tcp: one({ kind: "either", map: tcp, list: list(tcp, 1) }, "HTTP or HTTPS.") });

const seal = object({
  shamir: one(object({}), "Shares that people hold: the default."),
  transit: one(
    object({
      address: need(plain("https://host:8200"), "The other server: Vault, OpenBao or Bulkhead."),
      key_name: need(plain("the key's name"), "Of its transit engine."),
      mount_path: one(plain("a path"), "Of the transit engine; transit/."),
      token: one(plain("a token"), "May encrypt and decrypt; the configuration must be private (0600) then."),
      token_file: one(file, "A file (0600) that holds the token."),
      tls_ca_cert: one(file, "PEM file of the CA that signed the other server's certificate."),
      tls_skip_verify: one(only("false", "who is not verified could be anybody"), "Refused when true."),
      disable_renewal: one(only("true", "the token is used at the start alone"), "Refused when false."),
      namespace: one(never("namespaces are not offered"), "Refused."),
    }),
    "The transit engine of another server.",
  ),
  awskms: one(
    object({
      region: one(plain("a region"), "us-east-1 where AWS_REGION is not set either."),
      kms_key_id: need(plain("a key id, ARN or alias"), "The key."),
      access_key: one(
        plain("an access key id"),
        "Else AWS_ACCESS_KEY_ID; the configuration must be private then.",
      ),
      secret_key: one(plain("a secret access key"), "Else AWS_SECRET_ACCESS_KEY."),
      session_token: one(plain("a session token"), "Else AWS_SESSION_TOKEN."),
      endpoint: one(plain("https://…"), "In place of the region's."),
    }),
    "AWS Key Management Service.",
  ),
});

const oneOrList = (shape: Shape): Shape => ({ kind: "either", map: shape, list: list(shape, 1) });

export const configShape: Shape = {
  kind: "object",
  keys: {
    storage: one(oneOrList(storage), "Where the store is."),
    backend: one(oneOrList(storage), "The old name of storage."),
    listener: one(oneOrList(listener), "Where to listen; 127.0.0.1:8200 without TLS."),
    seal: one(oneOrList(seal), "How the root key is kept."),
    audit: one(
      object({ folder: one(plain("a folder"), "Of the audit log.") }),
      "The audit log; audit/ in the store's folder. Needed with postgresql.",
    ),
    default_lease_ttl: one(duration, "768h."),
    max_lease_ttl: one(duration, "768h."),
    log_level: one(
      text({ expected: "a log level", words: () => [...LOG_LEVELS, "trace", "err"] }),
      "info; read again at SIGHUP.",
    ),
    disable_mlock: one(only("true", "memory cannot be locked from here: switch swap off"), "Taken as given."),
    api_addr: one(plain("https://host:8200"), "Taken as given: nothing is forwarded."),
    cluster_name: one(never("the name is Bulkhead's own"), "Refused."),
    cluster_addr: one(never(NO_CLUSTER), "Refused."),
    disable_clustering: one(only("true", NO_CLUSTER), "Taken as given."),
    ui: one(only("false", "there is no page yet"), "Refused when true."),
    raw_storage_endpoint: one(only("false", "raw storage is never served"), "Refused when true."),
    plugin_directory: one(never("plug-ins are part of Bulkhead"), "Refused."),
    disable_cache: one(flag, "Taken as given: what is cached is valid under the store's change token alone."),
  },
};

export const configSchema = (): JsonObject => ({
  $schema: "http://json-schema.org/draft-07/schema#",
  title: "bulkhead server --config",
  description: "Configuration of a Bulkhead server.",
  ...schemaOf(configShape),
});
