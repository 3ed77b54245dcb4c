/**
 * Where each segment of every node's audit log stood, as rows of the barrier. An anchor replaces an earlier one only where it goes on from
 * it: both of this writer, or the earlier one exactly where this writer found the segment. After a crash, and after somebody cut
 * the log, the earlier one is kept beside the new one, so that going on from a cut log does not hide the cut.
 */
import type { Anchor, AuditLog } from "../audit-log/index.ts";
import type { Storage } from "./barrier/index.ts";
import { decodeRow, encodeRow } from "./row-cache.ts";

const same = (a: Anchor | null, b: Anchor | null): boolean =>
  a?.segment === b?.segment && a?.seq === b?.seq && a?.hash === b?.hash && a?.node === b?.node;

export class AnchorRows {
  #claimed: Anchor | null = null;
  #key = "";
  #written: Anchor | null = null;

  async write(log: AuditLog, storage: Storage): Promise<void> {
    const [anchor, claimed] = [log.anchor(), log.claimed()];
    if (anchor === null || claimed === null || anchor.segment !== claimed.segment) return;
    if (same(anchor, this.#written)) return;
    if (!same(claimed, this.#claimed)) this.#key = await keyFor(claimed, storage);
    this.#claimed = claimed;
    await storage.put(this.#key, encodeRow(anchor));
    this.#written = anchor;
  }
}

export async function readAnchors(
  storage: Storage,
  wanted: (key: string) => boolean = () => true,
): Promise<Map<string, Anchor>> {
  const anchors = new Map<string, Anchor>();
  for (const key of (await storage.keys("")).filter(wanted)) {
    const row = await storage.get(key);
    if (row !== null) anchors.set(key, decodeRow<Anchor>(row));
  }
  return anchors;
}

/** Nobody else writes rows of a node's segment while its writer holds it, and none is ever deleted. */
async function keyFor(claimed: Anchor, storage: Storage): Promise<string> {
  const name = `${claimed.node === undefined ? "" : `${claimed.node}/`}${claimed.segment}`;
  const rows = [...(await readAnchors(storage, (key) => key === name || key.startsWith(`${name}.`)))];
  const continued = rows.find(([, row]) => same(row, claimed));
  return continued?.[0] ?? (rows.length === 0 ? name : `${name}.${rows.length}`);
}
