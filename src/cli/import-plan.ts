/** Which variable of a `.env` belongs to which declared secret: by the stages' own variables first, then by the catalogue. */
import type { DeclaredSecret, Manifest } from "../manifest/index.ts";
import { credentialForVariable } from "../providers/lookup.ts";
import type { DotenvEntry } from "./dotenv.ts";

export interface Assignment {
  readonly entry: DotenvEntry;
  readonly secret: DeclaredSecret;
  readonly field: string;
}

export interface Unassigned {
  readonly entry: DotenvEntry;
  /** Whether its name says that it is a credential. */
  readonly credential: boolean;
  readonly reason: string;
}

export interface ImportPlan {
  readonly assigned: readonly Assignment[];
  readonly left: readonly Unassigned[];
}

export function planImport(manifest: Manifest, entries: readonly DotenvEntry[]): ImportPlan {
  const assigned: Assignment[] = [];
  const left: Unassigned[] = [];
  const last = new Map(entries.map((entry) => [entry.name, entry]));
  for (const entry of last.values()) {
    const result = assign(manifest, entry);
    if ("secret" in result) assigned.push(result);
    else left.push(result);
  }
  return { assigned, left };
}

function assign(manifest: Manifest, entry: DotenvEntry): Assignment | Unassigned {
  if (entry.value === "") return { entry, credential: false, reason: "empty" };
  const uses = manifest.stages.flatMap(({ use, broker }) => [...use, ...broker]);
  const use = uses.find(({ variable }) => variable === entry.name);
  const named = manifest.secrets.find(({ name }) => name === use?.secret);
  if (use !== undefined && named !== undefined) return { entry, secret: named, field: use.field };
  const match = credentialForVariable(entry.name);
  if (match === null) return { entry, credential: false, reason: "not a credential" };
  const { provider, part, secret: opens } = match;
  const owned = manifest.secrets.filter((one) => provider !== null && one.provider === provider.id);
  const [only] = owned;
  if (owned.length === 1 && only !== undefined) return { entry, secret: only, field: part };
  const reason =
    owned.length > 1
      ? `${owned.map(({ name }) => name).join(" and ")} are declared for ${provider?.id ?? ""}: put it by name`
      : `no secret is declared for it${provider === null ? "" : ` (provider ${provider.id})`}`;
  return { entry, credential: opens, reason };
}
