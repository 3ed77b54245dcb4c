/** What a push is about to bring, from the lines that git gives a pre-push hook. */
import { BulkheadError } from "../../core/errors.ts";
import { commitOf, knownTo } from "./repository.ts";

const ZERO = /^0+$/;
const MOST_BYTES = 16 << 20;

/** Revisions that the remote does not have yet; null where nothing is brought (a deletion, nothing to push). */
export async function pushedRevisions(
  root: string,
  remote: string | undefined,
  input: AsyncIterable<Buffer>,
): Promise<readonly string[] | null> {
  const heads: string[] = [];
  const known = new Set<string>();
  for (const line of (await textOf(input)).split("\n")) {
    if (line.trim() === "") continue;
    const [, local = "", , theirs = ""] = line.trim().split(" ");
    if (!/^[0-9a-f]{40,64}$/.test(local) || !/^[0-9a-f]{40,64}$/.test(theirs))
      throw new BulkheadError("usage.invalid", {
        problem: "`--pushed` reads lines as git gives them to a pre-push hook",
        command: "scan",
      });
    if (!ZERO.test(local)) heads.push(local);
    // A commit that was never fetched excludes nothing.
    if (!ZERO.test(theirs) && (await commitOf(root, theirs)) !== null) known.add(theirs);
  }
  if (heads.length === 0) return null;
  for (const id of await knownTo(root, remote)) known.add(id);
  return [...new Set(heads), ...[...known].map((id) => `^${id}`)];
}

async function textOf(input: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of input) {
    size += chunk.length;
    if (size > MOST_BYTES)
      throw new BulkheadError("usage.invalid", { problem: "too many refs at once", command: "scan" });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
