/** Which entries of the audit log say that a credential was given out or used, and by whom. Names alone are read. */

/** As a line of the log has it; text from outside. */
export interface Entry {
  readonly type?: unknown;
  readonly operation?: unknown;
  readonly path?: unknown;
  readonly mount_type?: unknown;
  readonly status?: unknown;
  readonly auth?: {
    readonly display_name?: unknown;
    readonly metadata?: Readonly<Record<string, unknown>>;
  } | null;
}

export interface Use {
  readonly path: string;
  /** `project/stage in environment`, else the caller's display name. */
  readonly reader: string;
}

/** Mounts that hold no credential: what is asked of them is no use of one. */
const OTHERS = new Set(["", "system", "ns_system", "token", "identity", "ns_identity", "cubbyhole"]);
/** Engines whose keys are used by writing to them. */
const BY_WRITING = new Set(["transit", "pki", "aws", "kubernetes"]);
const READS = new Set(["read"]);
const READS_AND_WRITES = new Set(["read", "create", "update"]);
const BELOW_KV = /\/(data|metadata|detailed-metadata|subkeys|config)(?:\/|$)/;
const MOST_NAME = 300;

/** null: the entry is no use. Only what was answered counts: a refusal gave nothing out. */
export function useOf({ type, operation, path, mount_type: mount, status, auth }: Entry): Use | null {
  if (type !== "response" || status !== 200 || typeof path !== "string" || typeof mount !== "string")
    return null;
  if (OTHERS.has(mount) || mount.startsWith("bulkhead-") || path.length > 2 * MOST_NAME) return null;
  const operations = BY_WRITING.has(mount) ? READS_AND_WRITES : READS;
  if (typeof operation !== "string" || !operations.has(operation)) return null;
  // Of a versioned secret the value is read below `data/`; the rest is about it.
  const below = mount === "kv" ? BELOW_KV.exec(path)?.[1] : undefined;
  if (below !== undefined && below !== "data") return null;
  return { path, reader: readerOf(auth ?? null) };
}

function readerOf(auth: NonNullable<Entry["auth"]> | null): string {
  const text = (name: string): string | null => {
    const value = auth?.metadata !== undefined && Object.hasOwn(auth.metadata, name) && auth.metadata[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  const [project, stage, environment] = ["project", "stage", "environment"].map(text);
  const name = auth?.display_name;
  const reader =
    project && stage && environment
      ? `${project}/${stage} in ${environment}`
      : typeof name === "string" && name !== ""
        ? name
        : "unnamed";
  return reader.slice(0, MOST_NAME);
}
