/** `dependabot.yml`: which updates come by themselves, and with which registries' credentials. */
import type { Diagnostic, SourceFile, UpdateFile } from "../../model.ts";
import { Reader, get } from "../reader.ts";
import { rootOf } from "./workflows.ts";

export function readUpdates(file: SourceFile, report: (diagnostic: Diagnostic) => void): UpdateFile | null {
  const reader = new Reader(file, report);
  const root = rootOf(reader);
  if (root === null) return null;
  const updates = get(root, "updates")?.value;
  const entries = (updates?.kind === "list" ? updates.items : []).flatMap((item) => {
    if (item.kind !== "map") return [];
    const days = reader.optional(get(reader.map(get(item, "cooldown")), "default-days"));
    return [
      {
        span: reader.span(item),
        ecosystem: reader.optional(get(item, "package-ecosystem")),
        directories: [
          ...reader.texts(get(item, "directory")?.value),
          ...reader.texts(get(item, "directories")?.value),
        ],
        cooldownDays: days !== null && /^\d+$/.test(days.value) ? Number(days.value) : null,
        externalCode: reader.optional(get(item, "insecure-external-code-execution"))?.value === "allow",
        registries: reader.texts(get(item, "registries")?.value),
      },
    ];
  });
  const registries = (reader.map(get(root, "registries"))?.entries ?? []).map((entry) => ({
    name: entry.name,
    span: reader.span(entry),
    settings: entry.value.kind === "map" ? reader.settings(entry) : [],
  }));
  return { file, span: reader.span(root), entries, registries };
}
