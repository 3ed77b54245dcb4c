/** `.bulkhead/ci-lock.yaml`: remote actions and reusable workflows by commit, so that they can be judged offline. */
import type { CiLock, Diagnostic, LockEntry, SourceFile } from "./model.ts";
import { parseYaml } from "./yaml/parse.ts";
import type { YamlMap } from "./yaml/types.ts";

export const LOCK_PATH = ".bulkhead/ci-lock.yaml";
const EMPTY: CiLock = { entries: [] };

/** An entry that is not whole is reported and left out. */
export function readLock(
  open: (path: string) => SourceFile | null,
  report: (diagnostic: Diagnostic) => void,
): CiLock {
  const file = open(LOCK_PATH);
  if (file === null) return EMPTY;
  const { documents, problems } = parseYaml(file);
  for (const { id, message, start, end } of problems) report({ id, message, span: { file, start, end } });
  const root = documents[0];
  const list =
    root?.kind === "map" ? root.entries.find(({ name: key }) => key === "entries")?.value : undefined;
  if (list?.kind !== "list") return EMPTY;
  const entries = list.items.flatMap((item) => {
    const entry = item.kind === "map" ? entryOf(item) : null;
    if (entry !== null) return [entry];
    report({
      id: "wrong-type",
      message: "an entry has `uses`, `sha` (40 or 64 hexadecimal digits) and `kind`",
      span: { file, start: item.start, end: item.end },
    });
    return [];
  });
  return { entries };
}

function entryOf(map: YamlMap): LockEntry | null {
  const text = (name: string): string | null => {
    const value = map.entries.find(({ name: key }) => key === name)?.value;
    return value?.kind === "scalar" && value.value !== "" ? value.value : null;
  };
  const uses = text("uses");
  const sha = text("sha");
  const kind = text("kind");
  if (uses === null || sha === null || !/^(?:[\da-f]{40}|[\da-f]{64})$/.test(sha)) return null;
  if (kind !== "action" && kind !== "workflow") return null;
  const reachable = { true: true, false: false }[text("reachable") ?? ""] ?? null;
  return { uses, sha, kind, reachable, version: text("version"), content: text("content") };
}
