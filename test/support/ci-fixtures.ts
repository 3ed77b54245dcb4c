import { expandMarks } from "./fake.ts";

/** Fixtures of checks: one workflow, or several files of which each begins with a line `-- path --`; marks for fake secrets are expanded. */
export function filesOf(marked: string): Record<string, string> {
  const text = expandMarks(marked);
  const parts = text.split(/^-- (\S+) --\n/m);
  if (parts.length === 1) return { ".github/workflows/w.yml": text };
  const files: Record<string, string> = {};
  for (let at = 1; at < parts.length; at += 2) files[parts[at] ?? ""] = parts[at + 1] ?? "";
  return files;
}
