/** Snapshots at the paths where Vault's clients look for them. */
import { Readable } from "node:stream";
import { BulkheadError } from "../../core/errors.ts";
import type { Handler, PathDeclaration } from "../../kernel/plugin.ts";
import type { SnapshotService } from "../../kernel/services.ts";

export function snapshotPaths(snapshots: SnapshotService): PathDeclaration[] {
  const save: Handler = async () => {
    const pieces: Buffer[] = [];
    await snapshots.save((bytes) => void pieces.push(bytes));
    return { raw: { contentType: "application/octet-stream", body: Buffer.concat(pieces) } };
  };
  const restore =
    (force: boolean): Handler =>
    async ({ rawBody }) => {
      if (rawBody === null || rawBody.length === 0)
        throw new BulkheadError("snapshot.damaged", { problem: "nothing was sent" });
      await snapshots.restore(Readable.from([rawBody]), { force });
      return undefined;
    };
  return [
    {
      pattern: "storage/raft/snapshot",
      summary: "The whole store, encrypted as it lies; or put one of this store in its place",
      sudo: true,
      operations: { read: save, update: restore(false) },
    },
    {
      pattern: "storage/raft/snapshot-force",
      summary: "Put a snapshot of any store in this one's place: sealed by that one's keys from then on",
      sudo: true,
      operations: { update: restore(true) },
    },
  ];
}
