/** The configuration of a server: Vault's JSON and the same keys in YAML; everything else is an error with its place, never ignored. */
import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import fc from "fast-check";
import { fake } from "../../test/support/fake.ts";
import { isBulkheadError } from "../core/errors.ts";
import { readConfig } from "./config.ts";
import { configSchema } from "./config-shape.ts";

function files(t: TestContext): (name: string, content: string | object, mode?: number) => string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-config-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return (name, content, mode = 0o600) => {
    const path = join(folder, name);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    chmodSync(path, mode);
    return path;
  };
}

const TCP = { tcp: { address: "127.0.0.1:8200", tls_disable: true } };

test("Vault's JSON forms", (t) => {
  const write = files(t);
  const config = readConfig(
    write("hvac.json", {
      backend: { inmem: {} },
      listener: { tcp: { address: "127.0.0.1:8200", tls_cert_file: "a.pem", tls_key_file: "/k.pem" } },
      disable_mlock: true,
      default_lease_ttl: "768h",
      max_lease_ttl: 3600,
      log_level: "trace",
      api_addr: "https://vault:8200",
      ui: false,
    }),
  );
  assert.deepEqual(config.storage, { type: "inmem" });
  assert.equal(config.listeners[0]?.tls?.certFile, join(process.cwd(), "a.pem"));
  assert.equal(config.listeners[0]?.tls?.keyFile, "/k.pem");
  assert.deepEqual([config.defaultLeaseTtl, config.maxLeaseTtl], [2_764_800_000, 3_600_000]);
  assert.deepEqual([config.logLevel, config.seal.type, config.auditFolder], ["debug", "shamir", null]);
  const lists = readConfig(
    write("lists.json", {
      storage: [{ raft: { path: "/data", node_id: "one" } }],
      listener: [{ tcp: [{ address: "127.0.0.1:1", tls_disable: 1 }] }, { tcp: { tls_disable: "true" } }],
    }),
  );
  assert.deepEqual(lists.storage, { type: "raft", folder: "/data" });
  assert.deepEqual(
    lists.listeners.map(({ address }) => address),
    ["127.0.0.1:1", "127.0.0.1:8200"],
  );
});

test("the same in YAML, with secrets in files of their own", (t) => {
  const write = files(t);
  write("token", `${fake("hvs.", 24)}\n`);
  write("address", "postgres://u:p@localhost/db\n");
  const config = readConfig(
    write(
      "server.yaml",
      `storage: { postgresql: { connection_url_file: address } }
audit: { folder: /var/log/bulkhead }
listener:
  tcp: { address: "0.0.0.0:8200", tls_cert_file: /t.crt, tls_key_file: /t.key, max_request_size: 2048, max_request_duration: 30s }
seal:
  transit: { address: "https://other:8200", key_name: bulkhead, token_file: token, mount_path: /transit/ }
log_level: warn
`,
      0o644,
    ),
  );
  assert.equal(
    config.storage.type === "postgresql" && config.storage.address.revealText(),
    "postgres://u:p@localhost/db",
  );
  assert.equal(config.seal.type === "transit" && config.seal.mount, "transit");
  assert.equal(config.seal.type === "transit" && config.seal.token.revealText().length, 28);
  assert.deepEqual([config.listeners[0]?.maxBody, config.listeners[0]?.requestTimeout], [2048, 30_000]);
});

test("what is unknown, or cannot be had, is refused by its name and place", (t) => {
  const write = files(t);
  const refused = (config: string | object, text: RegExp, name = "c.json"): void => {
    assert.throws(
      () => readConfig(write(name, config), {}),
      (error: Error) => {
        assert.ok(isBulkheadError(error), error.stack);
        assert.match(error.message, text);
        return true;
      },
    );
  };
  const inmem = { storage: { inmem: {} } };
  refused(
    "storage: { inmem: {} }\nlistener: { tcp: { tls_disable: true } }\nclusterr: 1\n",
    /c\.json:3:1: `clusterr` is not known in the configuration/,
  );
  refused({ ...inmem, telemetry: {} }, /`telemetry` is not known/);
  refused({ storage: { file: { path: "/d", disabled: 1 } } }, /`disabled` is not known in storage\.file/);
  refused({ storage: { consul: {} } }, /`consul` is not known in storage/);
  refused({ ...inmem, cluster_addr: "https://x:8201" }, /cluster_addr: .*left out: there is no raft cluster/);
  refused({ storage: { raft: { path: "/d", retry_join: "x" } } }, /storage\.raft\.retry_join/);
  refused({ ...inmem, disable_mlock: false }, /disable_mlock: .*memory cannot be locked/);
  refused({ ...inmem, ui: true }, /ui: .*no page/);
  refused({ ...inmem, raw_storage_endpoint: true }, /raw_storage_endpoint/);
  refused({ ...inmem, plugin_directory: "/p" }, /plugin_directory/);
  refused({ ...inmem, default_lease_ttl: "soon" }, /`soon` is not a duration/);
  refused({ ...inmem, listener: { tcp: {} } }, /tls_cert_file and tls_key_file, or tls_disable/);
  refused({ ...inmem, listener: { unix: {} } }, /`unix` is not known/);
  refused({ ...inmem, backend: { inmem: {} } }, /two names of one thing/);
  refused({ storage: { inmem: {}, file: { path: "/d" } } }, /names 2 types/);
  refused({ listener: TCP }, /storage is missing/);
  refused({ storage: { postgresql: { connection_url: "postgres://x" } } }, /audit log needs a folder/);
  refused({ ...inmem, seal: { transit: { address: "http://x" } } }, /seal\.transit needs `key_name`/);
  refused(
    { ...inmem, seal: { transit: { address: "http://x", key_name: "k", tls_skip_verify: true } } },
    /could be anybody/,
  );
  refused({ ...inmem, seal: { awskms: { kms_key_id: "k" } } }, /needs access_key and secret_key/);
  refused({ ...inmem, seal: { gcpckms: {} } }, /`gcpckms` is not known/);
  refused('storage "inmem" {}', /HCL is not read/, "c.hcl");
  refused("", /must be a map, not nothing/);
  refused("{ storage: { inmem: {} }, storage: { inmem: {} } }", /stands twice/);
  const token = fake("hvs.", 24);
  const open = write(
    "open.json",
    { ...inmem, seal: { transit: { address: "http://x", key_name: "k", token } } },
    0o644,
  );
  assert.throws(() => readConfig(open, {}), { code: "cli.file-exposed" });
  assert.throws(() => readConfig("/nonexistent/config", {}), { code: "io.failed" });
});

test("any text is read or refused with a row of the error table", (t) => {
  const write = files(t);
  const keys = fc.constantFrom("storage", "listener", "seal", "inmem", "tcp", "tls_disable", "address", "x");
  const values = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: "small" },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("node"), { maxLength: 3 }),
      fc.dictionary(keys, tie("node"), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        values.node.map((node) => JSON.stringify(node)),
      ),
      (text) => {
        try {
          readConfig(write("any", text), {});
        } catch (error) {
          assert.ok(isBulkheadError(error) && error.status === 400, String((error as Error).stack));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("schema/server.schema.json is what the checks say", () => {
  const path = join(import.meta.dirname, "..", "..", "schema", "server.schema.json");
  const text = `${JSON.stringify(configSchema(), null, 2)}\n`;
  if (process.env.BULKHEAD_UPDATE === "1") writeFileSync(path, text);
  assert.equal(readFileSync(path, "utf8"), text, "run this test with BULKHEAD_UPDATE=1");
});
