/** Which commit a written `uses:` names: the lock's, else one that is known to this version. */
import type { CiLock } from "../model.ts";

/** The ones of Bulkhead's own workflows; a test compares them. */
const KNOWN: Readonly<Record<string, string>> = {
  "actions/checkout": "3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1",
  "actions/setup-node": "820762786026740c76f36085b0efc47a31fe5020 # v7.0.0",
};

/** `actions/checkout@<commit> # v7.0.1` */
export function pinned(slug: keyof typeof KNOWN & string, lock: CiLock): string {
  return lockedUses((name) => name === slug, lock) ?? `${slug}@${KNOWN[slug]}`;
}

/** The newest that the lock has under such a name; null when it has none. */
export function lockedUses(wanted: (slug: string) => boolean, { entries }: CiLock): string | null {
  const found = entries
    .filter(({ uses, kind, reachable }) => {
      return kind === "action" && reachable !== false && wanted(uses.slice(0, uses.lastIndexOf("@")));
    })
    .sort((a, b) => (b.version ?? "").localeCompare(a.version ?? "", "en", { numeric: true }));
  const [first] = found;
  if (first === undefined) return null;
  const slug = first.uses.slice(0, first.uses.lastIndexOf("@"));
  return `${slug}@${first.sha}${first.version === null ? "" : ` # ${first.version}`}`;
}
