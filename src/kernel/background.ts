/** The work that one process does for all of them, under the lock (jobs/): what is due, what is left over, what plug-ins have to do. */
import { isBulkheadError } from "../core/errors.ts";
import { runDue } from "./jobs/index.ts";
import type { Parts } from "./parts.ts";

/**
 * Does it while `goesOn` says so. What fails keeps nothing else from being done; the first error is thrown at the end. A seal in the
 * middle of it is no failure: what is left is done after the next unsealing.
 */
export async function doBackgroundWork(parts: Parts, goesOn: () => boolean): Promise<void> {
  try {
    await doAll(parts, goesOn);
  } catch (error) {
    if (!isBulkheadError(error) || error.code !== "seal.sealed") throw error;
  }
}

/** What each node does for itself. The same rules. */
export async function watchOwnLog({ mounts }: Parts, goesOn: () => boolean): Promise<void> {
  for (const { backend, info } of await mounts.all((plugin) => plugin.watches === true))
    if (goesOn()) await backend.watch?.(mounts.storage(info), goesOn);
}

async function doAll(parts: Parts, goesOn: () => boolean): Promise<void> {
  const { clock, barrier, tokens, leases, mounts, lockouts, approvals } = parts;
  const backends = (await mounts.all()).map(
    ({ backend, info }) =>
      () =>
        backend.tidy?.(mounts.storage(info)),
  );
  const failed: unknown[] = [];
  for (const step of [
    () => runDue([tokens.dueKind(), leases.dueKind()], { now: clock.now(), goesOn }),
    () => barrier.rotateWhenDue(),
    () => tokens.finishGone(),
    () => mounts.finishRemovals(),
    () => lockouts.tidy(),
    () => approvals.tidy(),
    ...backends,
  ]) {
    if (!goesOn()) break;
    await Promise.resolve(step()).catch((error: unknown) => failed.push(error));
  }
  if (failed.length > 0) throw failed[0];
}
