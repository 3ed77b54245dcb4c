/** Whether this server serves, and who leads: for load balancers, which have no token. */
import type { Clock } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { Fields, Handler, PathDeclaration } from "../../kernel/plugin.ts";
import type { KernelServices } from "../../kernel/services.ts";
import { COMPATIBLE_VERSION, OPEN } from "./seal-status.ts";

const code = (description: string) => ({ type: "int", description, plain: true }) as const;
const taken = { type: "bool", description: "Taken as given: there is no standby" } as const;

/** The status of each state, and the parameter that asks for another one. */
const STATES = {
  uninitialized: { status: 501, parameter: "uninitcode" },
  sealed: { status: 503, parameter: "sealedcode" },
  active: { status: 200, parameter: "activecode" },
} as const;

export function healthPaths(
  { seal, background }: Pick<KernelServices, "seal" | "background">,
  clock: Clock,
): PathDeclaration[] {
  const health: Handler = async ({ fields }) => {
    const { initialized, sealed, version, clusterId, clusterName } = await seal.status();
    const replication = sealed ? "unknown" : "disabled";
    const bare = {
      initialized,
      sealed,
      standby: sealed,
      performance_standby: false,
      replication_performance_mode: replication,
      replication_dr_mode: replication,
      server_time_utc: Math.floor(clock.now() / 1_000),
      version: COMPATIBLE_VERSION,
      bulkhead_version: version,
      ...(sealed ? {} : { cluster_name: clusterName, cluster_id: clusterId }),
    };
    return { status: statusOf(initialized ? (sealed ? "sealed" : "active") : "uninitialized", fields), bare };
  };
  return [
    {
      pattern: "health",
      summary: "Whether this server serves; the status says it too",
      fields: {
        activecode: code("Status when serving"),
        standbycode: code("Status of a standby: there is none"),
        performancestandbycode: code("Status of a performance standby: there is none"),
        sealedcode: code("Status while sealed"),
        uninitcode: code("Status before initialization"),
        standbyok: taken,
        perfstandbyok: taken,
      },
      operations: { read: health },
      ...OPEN,
    },
    {
      pattern: "leader",
      summary: "In Vault's form: every server serves, and none stands by",
      operations: { read: () => Promise.resolve({ bare: LEADER }) },
      ...OPEN,
    },
    {
      pattern: "step-down",
      summary: "Leave the background work to another server for a while; every server serves all the same",
      sudo: true,
      operations: {
        update: async ({ caller }) => {
          // without a caller it was sealed when the request came
          if (caller !== null) await background.stepDown();
          return undefined;
        },
      },
      whileSealed: true,
    },
  ];
}

const LEADER = {
  ha_enabled: false,
  is_self: false,
  leader_address: "",
  leader_cluster_address: "",
  performance_standby: false,
  performance_standby_last_remote_wal: 0,
};

function statusOf(state: keyof typeof STATES, fields: Fields): number {
  const { status, parameter } = STATES[state];
  const asked = fields.int(parameter) ?? status;
  if (asked < 200 || asked > 599)
    throw new BulkheadError("request.invalid", { problem: "no such status code" });
  return asked;
}
