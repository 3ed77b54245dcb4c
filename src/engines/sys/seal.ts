/** Health, seal, key ring. The first few answer while sealed and need no token, as load balancers and clients expect. */
import { type Clock, rfc3339 } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, Handler, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import type { SealService } from "../../kernel/services.ts";

/** What clients of Vault take us for: they read features off a semantic version. Ours stands beside it. */
const COMPATIBLE_VERSION = "1.16.0";
const OPEN = { unauthenticated: true, whileSealed: true } as const;

const code = (description: string) => ({ type: "int", description, plain: true }) as const;

export function sealPaths(seal: SealService, clock: Clock): PathDeclaration[] {
  const health: Handler = async ({ fields }) => {
    const status = await seal.status();
    const bare = {
      initialized: status.initialized,
      sealed: status.sealed,
      standby: false,
      performance_standby: false,
      replication_performance_mode: "disabled",
      replication_dr_mode: "disabled",
      server_time_utc: Math.floor(clock.now() / 1_000),
      version: COMPATIBLE_VERSION,
      bulkhead_version: status.version,
      cluster_name: status.clusterName,
      cluster_id: status.clusterId,
    };
    const asked = !status.initialized
      ? (fields.int("uninitcode") ?? 501)
      : status.sealed
        ? (fields.int("sealedcode") ?? 503)
        : (fields.int("activecode") ?? 200);
    if (asked < 200 || asked > 599)
      throw new BulkheadError("request.invalid", { problem: "no such status code" });
    return { status: asked, bare };
  };
  const showStatus = async (): Promise<Reply> => ({ bare: await statusBody(seal) });
  const unseal = async ({ fields }: Call): Promise<Reply> => {
    const { sealed } = await seal.status();
    if (sealed && fields.bool("reset") !== true) throw new BulkheadError("seal.local");
    return await showStatus();
  };
  return [
    {
      pattern: "health",
      summary: "Whether this server serves; the status says it too",
      fields: {
        activecode: code("Status when serving"),
        standbycode: code("Status of a standby"),
        sealedcode: code("Status while sealed"),
        uninitcode: code("Status before initialization"),
        standbyok: { type: "bool", description: "Taken as given: there is no standby" },
        perfstandbyok: { type: "bool", description: "Taken as given: there is no standby" },
      },
      operations: { read: health },
      ...OPEN,
    },
    { pattern: "seal-status", summary: "State of the seal", operations: { read: showStatus }, ...OPEN },
    {
      pattern: "init",
      summary: "Whether the store is initialized",
      operations: {
        read: async () => ({ bare: { initialized: (await seal.status()).initialized } }),
        update: () => Promise.reject(new BulkheadError("seal.local")),
      },
      ...OPEN,
    },
    {
      pattern: "unseal",
      summary: "State of the seal; opening it is done where the store lives",
      fields: {
        key: { type: "secret", description: "Not used: the seal is a key file or a passphrase" },
        reset: { type: "bool", description: "Show the state only" },
      },
      operations: { update: unseal },
      ...OPEN,
    },
    {
      pattern: "leader",
      summary: "Which server leads: this one",
      operations: {
        read: () =>
          Promise.resolve({
            bare: {
              ha_enabled: false,
              is_self: false,
              leader_address: "",
              leader_cluster_address: "",
              performance_standby: false,
              performance_standby_last_remote_wal: 0,
            },
          }),
      },
      ...OPEN,
    },
    {
      pattern: "seal",
      summary: "Forget the keys; every request is refused until the store is opened again",
      sudo: true,
      operations: {
        update: async () => {
          await seal.seal();
          return undefined;
        },
      },
    },
    {
      pattern: "key-status",
      summary: "The key that encrypts now",
      operations: {
        read: async () => {
          const { term, installTime, encryptions } = await seal.keyStatus();
          return { data: { term, install_time: rfc3339(installTime), encryptions }, flatten: true };
        },
      },
    },
    {
      pattern: "rotate",
      summary: "Encrypt with a new key from now on",
      sudo: true,
      operations: {
        update: async () => {
          await seal.rotate();
          return undefined;
        },
      },
    },
  ];
}

async function statusBody(seal: SealService): Promise<Record<string, ReplyValue>> {
  const status = await seal.status();
  return {
    type: status.type,
    initialized: status.initialized,
    sealed: status.sealed,
    t: 1,
    n: 1,
    progress: 0,
    nonce: "",
    version: COMPATIBLE_VERSION,
    bulkhead_version: status.version,
    build_date: status.buildDate,
    migration: false,
    ...(status.sealed ? {} : { cluster_name: status.clusterName, cluster_id: status.clusterId }),
    recovery_seal: false,
    storage_type: "bulkhead",
  };
}
