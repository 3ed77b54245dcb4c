/** gitleaks: `gitleaks:allow` on the line, and `.gitleaksignore` with places (`COMMIT:FILE:RULE:LINE` or `FILE:RULE:LINE`). */
import type { Sighting } from "../finding.ts";
import type { AllowKind, AllowList } from "./types.ts";

interface Entry {
  readonly commit: string | null;
  readonly path: string;
  readonly rule: string;
  readonly line: number;
  readonly text: string;
}

const MOST_LINE = 5_000;

/** From the right: paths may hold colons. */
function entryOf(text: string): Entry | null {
  if (text.length > MOST_LINE) return null;
  const parts = /^(?:([0-9a-f]{40,64}):)?(.+):([^:]+):(\d{1,9})$/.exec(text);
  if (parts === null) return null;
  const [, commit, path = "", rule = "", line] = parts;
  return { commit: commit ?? null, path, rule, line: Number(line), text };
}

const placeKey = (path: string, line: number): string => `${line}:${path}`;

function read(text: string): AllowList {
  const entries = new Map<string, Entry[]>();
  const rules = new Set<string>();
  const problems: string[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) return;
    const entry = entryOf(line);
    if (entry === null) return void problems.push(`line ${index + 1} is not FILE:RULE:LINE`);
    const key = placeKey(entry.path, entry.line);
    entries.set(key, [...(entries.get(key) ?? []), entry]);
    rules.add(entry.rule);
  });
  return {
    problems,
    judge({ finding: { rule, place } }: Sighting, { path, source }) {
      const full = place.entry === undefined ? path : `${path}!${place.entry}`;
      // Their names for rules are not ours: a name that is no rule of ours stands for any.
      const found = entries
        .get(placeKey(full, place.line))
        ?.find(
          (entry) =>
            (entry.commit === null || entry.commit === place.commit?.id) &&
            (entry.rule === rule || !rules.has(rule)),
        );
      return found === undefined ? null : { allowed: true, reason: `listed as ${found.text}`, source };
    },
  };
}

export const gitleaks: AllowKind = {
  id: "gitleaks",
  inline: (line) =>
    line.includes("gitleaks:allow") ? { source: "gitleaks:allow", reason: "allowed for gitleaks" } : null,
  file: { path: ".gitleaksignore", read },
};
