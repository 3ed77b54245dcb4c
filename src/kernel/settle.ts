/**
 * From what a handler replied to what is answered: the token that a login was granted, the lease of a secret, the wrapping of the
 * whole. What has secrets in it is wiped once it is written.
 */
import { BulkheadError } from "../core/errors.ts";
import { encodeJson } from "../core/json-bytes.ts";
import type { StorageTransaction } from "./barrier/index.ts";
import { type Outcome, type Settled, envelopeOf, statusOf } from "./envelope.ts";
import type { Steps } from "./handle.ts";
import { storagePrefix } from "./mount-info.ts";
import type { AuthGrant, Caller, MintedAuth, MountInfo, Operation, Reply } from "./plugin.ts";
import type { ParsedRequest } from "./request.ts";
import type { Route } from "./router.ts";
import type { LeaseInfo } from "./services.ts";
import type { Presented } from "./tokens/index.ts";

/** Vault answers an empty list as a path where nothing is. */
export function emptyList(operation: Operation, reply: Reply | null | undefined): Reply | null | undefined {
  const keys = reply?.data?.keys;
  return operation === "list" && Array.isArray(keys) && keys.length === 0 ? null : reply;
}

export async function settle(
  steps: Steps,
  request: ParsedRequest,
  route: Route,
  presented: Presented | null,
  reply: Reply | null | undefined,
): Promise<Settled> {
  const mount = route.mounted?.info;
  const auth = await settleAuth(steps, request.path, mount, reply);
  const lease = await settleLease(steps, request, mount, presented, reply?.lease);
  return { reply, auth, lease, wrap: reply?.wrapped ?? null };
}

async function settleAuth(
  { tokens, approvals }: Steps,
  path: string,
  mount: MountInfo | undefined,
  reply: Reply | null | undefined,
): Promise<MintedAuth | null> {
  const { auth, login } = reply ?? {};
  if (auth !== undefined && "token" in auth) return auth;
  if (mount === undefined || (auth === undefined && login === undefined)) return null;
  const granted = async (root: StorageTransaction): Promise<AuthGrant> =>
    auth ?? (await (login as NonNullable<typeof login>)(root.scope(storagePrefix(mount))));
  return await approvals.whereAllowed(mount, (allow) =>
    tokens.issueLogin(async (root) => allow(await granted(root), root), { path, parent: null, mount }),
  );
}

/** What says something is wrapped when that was asked for; errors, empty answers and those in another form than the envelope are not. */
export async function wrapUp(
  { wrapping, clock }: Steps,
  request: ParsedRequest,
  caller: Caller | null,
  settled: Settled,
  requestId: string,
): Promise<Settled> {
  const { reply, auth } = settled;
  const status = statusOf({ settled });
  const other =
    reply === null || reply?.bare !== undefined || reply?.raw !== undefined || settled.wrap !== null;
  if (request.wrapTtl === 0 || request.help || other || status === 204) return settled;
  // nobody known, and no token that could be meant for somebody else: a stranger does not get rows of the store
  if (caller === null && auth === null && reply?.kept === undefined)
    throw new BulkheadError("request.unsupported-header", { header: "x-vault-wrap-ttl" });
  const unflattened = { ...settled, reply: { ...reply, flatten: false } };
  const plain = encodeJson(envelopeOf(unflattened, requestId, clock.now()));
  const wrap = await wrapping.wrap({
    ttl: request.wrapTtl,
    path: request.path,
    status,
    envelope: plain,
    accessor: auth?.accessor ?? "",
    actor: caller?.actor ?? "",
  });
  return { ...settled, wrap, plain };
}

async function settleLease(
  steps: Steps,
  request: ParsedRequest,
  mount: MountInfo | undefined,
  presented: Presented | null,
  lease: Reply["lease"],
): Promise<LeaseInfo | null> {
  if (lease === undefined || mount === undefined) return null;
  if ("id" in lease) return lease;
  // a secret without a token to die with would never end
  if (presented === null) throw new TypeError("a lease was granted on a path without authentication");
  const { tokenHash, until } = presented.leases;
  const registered = await steps.leases.register(request.path, mount, tokenHash, lease, until);
  if (!presented.spent && presented.inline !== true) return registered;
  await steps.leases.revoke(registered.id);
  if (presented.inline === true)
    throw new BulkheadError("inline.invalid", {
      problem: "requests with inline authentication cannot generate leases",
    });
  throw new BulkheadError("token.invalid", {
    problem: "the token had one use left, so that its leased secret was revoked at once and is not shown",
  });
}

export function wipeAnswer(outcome: Outcome): void {
  if (!("settled" in outcome)) return;
  const { auth, wrap, plain } = outcome.settled;
  auth?.token?.wipe();
  wrap?.token.wipe();
  for (const chunk of plain ?? []) chunk.fill(0);
}
