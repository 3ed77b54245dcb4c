/** What the operator sees of the leases; read in pages, so that many leases cost time and no memory. */
import type { Storage } from "./barrier/index.ts";
import { dueRows } from "./jobs/index.ts";
import type { LeaseRecord } from "./leases.ts";
import type { FailedLease, LeaseCounts, MountLeases } from "./services.ts";

const PAGE = 1_000;
const EVER = Number.MAX_SAFE_INTEGER;

/** Names below a folder of the leases' rows, without it. */
async function* namesBelow(view: Storage, folder: string): AsyncGenerator<string> {
  for (let after: string | undefined; ; ) {
    const keys = await view.keys(folder, { limit: PAGE, ...(after !== undefined && { after }) });
    for (const key of keys) yield key.slice(folder.length);
    if (keys.length < PAGE) return;
    after = keys.at(-1);
  }
}

/** Being counted. */
type Counted = { -readonly [name in keyof MountLeases]: MountLeases[name] };
type Read = (id: string) => Promise<LeaseRecord | null>;

export async function countLeases(
  view: Storage,
  mounts: readonly string[],
  read: Read,
): Promise<LeaseCounts> {
  const byMount = new Map<string, Counted>();
  const all: Counted = { total: 0, retrying: 0, irrevocable: 0 };
  let mount = "/";
  const count = (id: string, what: keyof Counted): void => {
    if (!id.startsWith(mount)) mount = mountOf(id, mounts);
    const row = byMount.get(mount) ?? { total: 0, retrying: 0, irrevocable: 0 };
    byMount.set(mount, row);
    row[what]++;
    all[what]++;
  };
  for await (const id of namesBelow(view, "id/")) count(id, "total");
  for await (const id of namesBelow(view, "failed/")) {
    const record = await read(id);
    if (record !== null) count(id, record.due === null ? "irrevocable" : "retrying");
  }
  const [next] = await dueRows(view, EVER, { limit: 1 });
  return { ...all, byMount, oldestDue: next === undefined ? null : { id: next.ref, at: next.at } };
}

interface FailedOptions {
  readonly limit: number;
  /** Only those that were given up. */
  readonly irrevocable: boolean;
  readonly read: Read;
}

export async function failedLeases(
  view: Storage,
  { limit, irrevocable, read }: FailedOptions,
): Promise<FailedLease[]> {
  const failed: FailedLease[] = [];
  for await (const id of namesBelow(view, "failed/")) {
    if (failed.length >= limit) break;
    const record = await read(id);
    if (record === null || (irrevocable && record.due !== null)) continue;
    const { mount, attempts, failure = "internal.unexpected", due } = record;
    failed.push({ id, mount: mount.path, attempts, failure, nextTry: due });
  }
  return failed;
}

/** No mount's path begins with another's. */
function mountOf(id: string, mounts: readonly string[]): string {
  return mounts.find((path) => id.startsWith(path)) ?? id.slice(0, id.indexOf("/") + 1);
}
