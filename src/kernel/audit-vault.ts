/** Entries in the JSON form of Vault's audit devices, so that what was made to read those reads ours. Values stand as everywhere. */
import type { VaultForm } from "../audit-log/index.ts";
import type { AuditContext } from "./audit.ts";
import type { Caller, MintedAuth } from "./plugin.ts";

export interface VaultEntry {
  readonly type: "request" | "response";
  /** RFC 3339. */
  readonly time: string;
  readonly context: AuditContext;
  readonly hash: (value: Uint8Array) => string;
  /** As in the chained entry. */
  readonly requestData: object;
  readonly error?: string | undefined;
  readonly response?: {
    readonly data: object | undefined;
    readonly auth: MintedAuth | null;
    readonly leaseId: string | undefined;
  };
}

const NAMESPACE = { id: "root" };
const seconds = (ms: number): number => Math.max(0, Math.floor(ms / 1_000));

export function vaultJson(entry: VaultEntry, form: VaultForm): string {
  const { type, time, context, hash, requestData, error, response } = entry;
  const { caller, mount, token } = context;
  const text = (value: string): string => hash(Buffer.from(value));
  const accessor = (value: string): string => (form.hmacAccessor ? text(value) : value);
  const clientToken = token === null ? undefined : hash(token.reveal());
  const mounted =
    mount === null
      ? {}
      : {
          mount_point: mount.path,
          mount_type: mount.type,
          mount_accessor: mount.accessor,
          mount_class: mount.class === "auth" ? "auth" : "secret",
        };
  const granted = response?.auth ?? null;
  return JSON.stringify({
    time,
    type,
    auth:
      caller === null
        ? { token_type: "default" }
        : {
            client_token: clientToken,
            accessor: accessor(caller.accessor),
            ...callerFacts(caller),
            policy_results: error === undefined || type === "response" ? undefined : { allowed: false },
          },
    request: {
      id: context.requestId,
      operation: context.operation,
      ...mounted,
      client_token: clientToken,
      client_token_accessor: caller === null ? undefined : accessor(caller.accessor),
      namespace: NAMESPACE,
      path: context.path,
      data: isEmpty(requestData) ? undefined : requestData,
      remote_address: context.remote,
      wrap_ttl: context.wrapTtl,
    },
    response:
      response === undefined
        ? undefined
        : {
            ...mounted,
            auth:
              granted === null
                ? undefined
                : {
                    client_token: granted.token === null ? undefined : hash(granted.token.reveal()),
                    accessor: accessor(granted.accessor),
                    policies: granted.policies,
                    token_policies: granted.tokenPolicies,
                    metadata: orNothing(granted.metadata),
                    entity_id: granted.entityId || undefined,
                    num_uses: granted.numUses || undefined,
                    token_type: granted.type,
                    token_ttl: seconds(granted.ttl),
                  },
            secret: response.leaseId === undefined ? undefined : { lease_id: response.leaseId },
            data: response.data,
          },
    error,
  });
}

function callerFacts({ displayName, policies, metadata, entityId, type }: Caller): object {
  return {
    display_name: displayName,
    policies,
    token_policies: policies,
    metadata: orNothing(metadata),
    entity_id: entityId || undefined,
    token_type: type,
  };
}

const isEmpty = (value: object): boolean => Object.keys(value).length === 0;
const orNothing = <T extends object>(value: T): T | undefined => (isEmpty(value) ? undefined : value);
