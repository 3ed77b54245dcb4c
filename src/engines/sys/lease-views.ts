/** The operator's view of the leases: counts by mount, what is due first, what could not be revoked. Reads, page by page of names. */
import type { MountInfo } from "../../kernel/plugin.ts";
import type { LeaseInfo, LeaseService, MountService } from "../../kernel/services.ts";

interface MountLeases {
  readonly path: string;
  readonly accessor: string;
  total: number;
  /** A revocation of these failed and is tried again. */
  failing: number;
  /** Tried often enough: it is up to a person. */
  irrevocable: number;
  /** The earliest end of those that are not irrevocable. */
  oldestDue: LeaseInfo | null;
}

export interface LeaseSummary {
  readonly mounts: readonly MountLeases[];
  readonly total: number;
  readonly failing: number;
  readonly irrevocable: number;
  readonly oldestDue: LeaseInfo | null;
}

/** Every lease below a prefix, in the order of their names. */
export async function* allLeases(leases: LeaseService, prefix = ""): AsyncGenerator<LeaseInfo> {
  for (const name of await leases.list(prefix)) {
    if (name.endsWith("/")) yield* allLeases(leases, prefix + name);
    else {
      const found = await leases.lookup(prefix + name);
      if (found !== null) yield found; // it may have ended meanwhile
    }
  }
}

export const isIrrevocable = (lease: LeaseInfo): boolean => lease.irrevocable === true;

const earlier = (a: LeaseInfo | null, b: LeaseInfo | null): LeaseInfo | null =>
  a === null || (b !== null && b.expireTime < a.expireTime) ? b : a;

export async function summaryOf(leases: LeaseService, mounts: MountService): Promise<LeaseSummary> {
  const found = new Map<string, MountLeases>();
  const known = [...(await mounts.list("secret")), ...(await mounts.list("auth"))];
  for await (const lease of allLeases(leases)) {
    const at = mountOf(lease.id, known);
    const row = found.get(at.path) ?? { ...at, total: 0, failing: 0, irrevocable: 0, oldestDue: null };
    row.total++;
    if (isIrrevocable(lease)) row.irrevocable++;
    else if ((lease.failedRevocations ?? 0) > 0) row.failing++;
    if (!isIrrevocable(lease)) row.oldestDue = earlier(row.oldestDue, lease);
    found.set(at.path, row);
  }
  const rows = [...found.values()];
  const sum = (count: (row: MountLeases) => number): number => rows.reduce((all, row) => all + count(row), 0);
  return {
    mounts: rows,
    total: sum((row) => row.total),
    failing: sum((row) => row.failing),
    irrevocable: sum((row) => row.irrevocable),
    oldestDue: rows.reduce<LeaseInfo | null>((due, row) => earlier(due, row.oldestDue), null),
  };
}

/** The mount whose path a lease's id begins with; its first segment where the mount is gone. */
export function mountOf(id: string, known: readonly MountInfo[]): { path: string; accessor: string } {
  const serving = known
    .filter((info) => id.startsWith(info.path))
    .sort((a, b) => b.path.length - a.path.length)[0];
  if (serving !== undefined) return { path: serving.path, accessor: serving.accessor };
  return { path: `${id.split("/", 1)[0] ?? ""}/`, accessor: "" };
}
