/** `--record`: tells the store what was found and where. Digests go over once, to be turned into keyed names; values never. */
import { basename } from "node:path";
import type { FoundSecret } from "../../core/finding.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Settled } from "../../scan/session.ts";
import type { Context } from "../context.ts";
import { remoteOf, repositoryRoot } from "../git.ts";
import { count } from "../output.ts";

const BATCH = 200;
/** What the store keeps of one secret in one source. */
const MOST_PLACES = 200;

/** What the places are relative to: the repository's address without credentials, else its folder's name. */
export function sourceName(cwd: string): string {
  const top = repositoryRoot(cwd);
  return (top === null ? null : remoteOf(top)) ?? basename(top ?? cwd);
}

export async function record(context: Context, settled: Settled, source: string): Promise<void> {
  const { client } = await context.api();
  let [added, seen] = [0, 0];
  for (let from = 0; from < settled.secrets.length; from += BATCH) {
    const secrets = settled.secrets.slice(from, from + BATCH);
    const findings = secrets.map((secret) => rowOf(secret, settled.traceOf(secret)?.digests ?? []));
    const data = await client.write("bulkhead/findings/record", { source, findings });
    added += Number(data?.new ?? 0);
    seen += Number(data?.seen ?? 0);
  }
  context.out.note(`recorded ${count(added, "new finding")}, ${seen} seen before (${source})`);
}

function rowOf(secret: FoundSecret, sha256: readonly string[]): ReplyValue {
  return {
    sha256,
    rule: secret.rule,
    title: secret.title,
    severity: secret.severity,
    provider: secret.provider ?? "",
    kind: secret.kind ?? "",
    opens: secret.opens ?? "",
    preview: secret.preview,
    places: secret.places.slice(0, MOST_PLACES).map(({ path, entry, line, within, commit }) => ({
      path: path.toWellFormed(),
      entry: (entry ?? "").toWellFormed(),
      line,
      within: within ?? "",
      commit: commit?.id ?? "",
      author: commit === undefined ? "" : `${commit.author} <${commit.email}>`.toWellFormed(),
      date: commit?.date ?? "",
    })),
    more_places: Math.max(0, secret.places.length - MOST_PLACES) + secret.morePlaces,
  };
}
