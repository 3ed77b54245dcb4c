import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiClient } from "../../client/index.ts";
import { parseDuration } from "../../core/duration.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import { version } from "../../core/version.ts";
import { type HttpServer, startHttpServer } from "../../server/http.ts";
import { type LocalKernel, type LocalOptions, openLocal } from "../../server/local.ts";
import { createLog, reasonOf } from "../../server/log.ts";
import { createMetrics } from "../../server/metrics.ts";
import { command } from "../command.ts";
import type { Context } from "../context.ts";
import { openLocalStore } from "../local-store.ts";
import { readPrivateFile } from "../private-file.ts";

export default command({
  details:
    "Serves the store of this user (or --home) under /v1, as Vault's clients expect it. --dev serves a new store that is gone at the end, with the key-value engine at secret/ and a root token: the one in BULKHEAD_DEV_ROOT_TOKEN or --dev-root-token-file (not an argument, which every process could read), else a new one.",
  flags: {
    config: {
      kind: "text",
      placeholder: "file",
      brief: "YAML or JSON, Vault's form too: store, listeners, seal; docs/deploy.md",
    },
    listen: {
      kind: "text",
      short: "l",
      placeholder: "host:port",
      brief: "where to listen, 127.0.0.1:8200 when not given; port 0 takes a free one",
    },
    dev: { kind: "switch", brief: "a store for trying out, gone at the end" },
    devRootTokenFile: {
      kind: "text",
      placeholder: "file",
      brief: "file (0600) with the root token for --dev",
    },
    home: { kind: "text", placeholder: "folder", brief: "the store's folder" },
    storeFile: {
      kind: "text",
      placeholder: "file",
      brief: "file (0600) with the address of the PostgreSQL store, in place of BULKHEAD_STORE_FILE",
    },
    tlsCert: { kind: "text", placeholder: "file", brief: "PEM certificate chain" },
    tlsKey: { kind: "text", placeholder: "file", brief: "PEM private key (0600)" },
    tlsClientCerts: {
      kind: "switch",
      brief: "ask clients for a certificate (none is required), for the cert auth method",
    },
    allowPlainHttp: {
      kind: "switch",
      brief: "no TLS on an address that is not loopback, behind a TLS proxy",
    },
    maxBody: { kind: "number", placeholder: "bytes", default: 33_554_432, brief: "largest request body" },
    requestTimeout: { kind: "text", placeholder: "duration", default: "90s", brief: "longest request" },
    logLevel: {
      kind: "choice",
      values: ["debug", "info", "warn", "error", "silent"],
      default: "info",
      brief: "what to log on standard error",
    },
  },
  singleDash: ["config"],
  examples: [
    { line: "bulkhead server --config bulkhead-server.yaml", says: "a store that is unsealed over the API" },
    { line: "bulkhead server", says: "this user's store at http://127.0.0.1:8200" },
    { line: "bulkhead server --dev --listen 127.0.0.1:0", says: "to try it out, on a free port" },
    {
      line: "bulkhead server --listen 0.0.0.0:8200 --tls-cert tls.crt --tls-key tls.key",
      says: "for others",
    },
    {
      line: "bulkhead server --store-file /etc/bulkhead/store",
      says: "on PostgreSQL; the folder keeps the seal key and the audit log",
    },
  ],
  async run({ flags, context }) {
    const { tlsCert, tlsKey } = flags;
    if (flags.config !== undefined) return await serveConfigured(flags.config, flags, context);
    if ((tlsCert === undefined) !== (tlsKey === undefined))
      throw new BulkheadError("usage.invalid", {
        problem: "--tls-cert and --tls-key belong together",
        command: "server",
      });
    const stopped = untilStopped();
    const log = createLog(flags.logLevel);
    const failed = (where: string, error: unknown): void => log.error({ where, reason: reasonOf(error) });
    const stays = {
      tidy: { onError: (error: unknown) => failed("tidy", error) },
      onInternalError: (error: unknown, requestId: string) => failed(`request ${requestId}`, error),
      operatorLog: log,
      audit: { standardOutput: process.stdout },
    };
    const local = flags.dev
      ? await openDev(context, stays)
      : await openLocalStore(context, { ...stays, home: flags.home, storeFile: flags.storeFile });
    process.on("SIGHUP", () => local.kernel.reopenAudit());
    const server = await startHttpServer({
      handle: local.handle,
      listen: flags.listen ?? "127.0.0.1:8200",
      tls:
        tlsCert !== undefined && tlsKey !== undefined
          ? { certFile: tlsCert, keyFile: tlsKey, clientCertificates: flags.tlsClientCerts }
          : undefined,
      allowPlainHttp: flags.allowPlainHttp,
      maxBody: flags.maxBody,
      requestTimeout: parseDuration(flags.requestTimeout),
      log,
      metrics: createMetrics({ version, sealed: () => local.kernel.sealed }),
    });
    try {
      announce(context, server.address);
      if (flags.dev) await announceDev(context, local, server.address, flags.devRootTokenFile);
      await stopped;
    } finally {
      await server.stop();
    }
  },
});

const announce = ({ out }: Context, address: string): void => out.print(`listening on ${address}`);

/** What a configuration says, nothing else says too. */
const WITH_CONFIG = ["listen", "dev", "devRootTokenFile", "home", "storeFile", "tlsCert", "tlsKey"] as const;

async function serveConfigured(
  file: string,
  flags: Readonly<Record<(typeof WITH_CONFIG)[number], string | boolean | undefined>>,
  context: Context,
): Promise<void> {
  for (const name of WITH_CONFIG)
    if (flags[name] !== undefined && flags[name] !== false)
      throw new BulkheadError("usage.invalid", {
        problem: "with --config the file says where to listen, where the store is and how it is sealed",
        command: "server",
      });
  const stopped = untilStopped();
  const [{ readConfig }, { openConfigured }] = await Promise.all([
    import("../../server/config.ts"),
    import("../../server/configured.ts"),
  ]);
  const config = readConfig(file, context.env);
  const log = createLog(config.logLevel);
  const { kernel, close } = await openConfigured(config, log);
  context.onClose(close);
  const servers: HttpServer[] = [];
  const metrics = createMetrics({ version, sealed: () => kernel.sealed });
  const reload = (): void => {
    try {
      const { logLevel } = readConfig(file, context.env);
      for (const server of servers) server.reloadTls();
      log.setLevel(logLevel);
      log.info("reloaded");
    } catch (error) {
      log.error({ where: "reload", reason: reasonOf(error) });
    }
  };
  try {
    for (const { address, tls, ...limits } of config.listeners)
      servers.push(
        await startHttpServer({
          ...limits,
          ...{ handle: kernel.handle, listen: address, log, metrics },
          tls: tls ?? undefined,
        }),
      );
    process.on("SIGHUP", reload);
    for (const { address } of servers) announce(context, address);
    await stopped;
  } finally {
    process.off("SIGHUP", reload);
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** A store of its own in a temporary folder, removed at the end. */
async function openDev(context: Context, stays: Partial<LocalOptions>): Promise<LocalKernel> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-dev-"));
  context.onClose(() => rmSync(folder, { recursive: true, force: true }));
  const local = await openLocal({ ...stays, home: folder });
  context.onClose(() => local.close());
  const client = new ApiClient({ transport: local.handle, token: local.operatorToken });
  await client.call("POST", "sys/mounts/secret", { type: "kv", options: { version: "2" } });
  return local;
}

async function announceDev(
  { out, env }: Context,
  local: LocalKernel,
  address: string,
  tokenFile: string | undefined,
): Promise<void> {
  const given =
    tokenFile === undefined ? (env.BULKHEAD_DEV_ROOT_TOKEN ?? "") : readPrivateFile(tokenFile).revealText();
  const token = await rootToken(local, given);
  out.print(`root token: ${given === "" ? token.revealText() : "as given"}`);
  token.wipe();
  out.warn("--dev: everything stored is lost at the end; never use it for real credentials");
  out.hint(`in another terminal: export BULKHEAD_ADDR=${address}, and the token as BULKHEAD_TOKEN`);
}

async function rootToken({ kernel, handle, operatorToken }: LocalKernel, given: string): Promise<Secret> {
  if (given === "") return await kernel.mintRoot();
  const client = new ApiClient({ transport: handle, token: operatorToken });
  const facts = { id: given, policies: ["root"], no_parent: true, display_name: "dev" };
  return (await client.login("auth/token/create", facts)).token;
}

function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once("SIGTERM", () => resolve());
    process.once("SIGINT", () => resolve());
  });
}
