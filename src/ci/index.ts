/**
 * The CI audit: a repository's pipeline files become one typed model (`model.ts`) with exact spans; adapters (`adapters/`) make it, and
 * checks, inventory, reach and the join with trust policies see nothing else.
 */
import { adapters } from "./adapters/index.ts";
import type { Adapter } from "./adapters/types.ts";
import { finish } from "./finish.ts";
import { openFolder } from "./folder.ts";
import { readLock } from "./lock.ts";
import { slugOf } from "./slug.ts";
import type {
  ActionFile,
  BuildFile,
  Diagnostic,
  DiagnosticId,
  HostFacts,
  PolicyFile,
  Repository,
  Slug,
  SourceFile,
  UpdateFile,
  Workflow,
} from "./model.ts";

export type * from "./model.ts";
export type * from "./checks/types.ts";
export { type AuditOptions, audit } from "./audit.ts";
export { EXCEPTIONS_PATH, type Exceptions, readExceptions } from "./exceptions.ts";
export { issuesOf } from "./issues.ts";
export { type Floor, floorOf } from "./organisation.ts";
export { checks } from "./checks/index.ts";
export { declared, effective } from "./authority/permissions.ts";
export { LADDER, PHASES } from "./authority/placement.ts";
export * from "./inventory/index.ts";
export * from "./reach/index.ts";
export * from "./diff/index.ts";
export { type TrustAnswer, plainTrust, trustOf } from "./trust/index.ts";
export { type HostApi, type HostKind, UNKNOWN_FACTS, readHost } from "./host/index.ts";
export { slugOf } from "./slug.ts";
export { plain } from "./plain.ts";
export { locate, placeOf, shown, written } from "./spans.ts";

/** What leaves a file, or a part of one, out of the model. */
export const INCOMPLETE: ReadonlySet<DiagnosticId> = new Set([
  "syntax",
  "too-large",
  "unreadable",
  "outside",
]);

export interface LoadOptions {
  /** That of the git remote when left out; null when nobody knows. */
  readonly slug?: Slug | null;
  readonly host?: HostFacts | null;
  /** Texts that stand in place of those on disk, by path. */
  readonly texts?: ReadonlyMap<string, string>;
  /** All of them when left out. */
  readonly adapters?: readonly Adapter[];
}

/** Reads every pipeline file below `root` (absolute). Never throws for what a file holds: `diagnostics` says what could not be read. */
export function loadRepository(root: string, options: LoadOptions = {}): Repository {
  const { slug = slugOf(root), host = null, texts, adapters: chosen = adapters } = options;
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic);
  const folder = openFolder(root, report, texts);
  const workflows: Workflow[] = [];
  const actions: ActionFile[] = [];
  const builds: BuildFile[] = [];
  const policies: PolicyFile[] = [];
  const updates: UpdateFile[] = [];
  const files: SourceFile[] = [];
  const lock = readLock(folder.open, report);
  const repository: Repository = {
    root,
    slug,
    host,
    workflows,
    actions,
    builds,
    policies,
    updates,
    files,
    diagnostics,
    lock,
  };

  const owned = new Map<Adapter, SourceFile[]>(chosen.map((adapter) => [adapter, []]));
  for (const path of folder.list((one) => chosen.some((adapter) => adapter.owns(one)))) {
    const file = folder.open(path);
    if (file === null) continue;
    for (const [adapter, list] of owned)
      if (adapter.owns(path) && adapter.recognises?.(file) !== false) list.push(file);
  }
  const context = { repository, lock, open: folder.open, report };
  for (const [adapter, list] of owned) {
    const result = adapter.read(list, context);
    workflows.push(...(result.workflows ?? []));
    actions.push(...(result.actions ?? []));
    builds.push(...(result.builds ?? []));
    policies.push(...(result.policies ?? []));
    updates.push(...(result.updates ?? []));
  }
  finish(repository);
  for (const file of folder.opened.values()) if (file !== null) files.push(file);
  return repository;
}
