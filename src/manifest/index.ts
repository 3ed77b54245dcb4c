/**
 * `bulkhead.yaml`, the declaration: what each stage of a pipeline may use in each environment.
 *
 * Text → checked cells (`schema.ts` is the form, `check.ts` walks it) → `Manifest` (`resolve*.ts`: defaults from the catalogue of
 * providers) → what must stand in Bulkhead (`desired.ts`) → a plan of API writes (`plan.ts`) → carried out (`apply.ts`).
 * `init/` goes the other way: it reads a repository and writes a first declaration. Nothing here reads or writes a value.
 */
export { asName } from "./check.ts";
export {
  APPROLE_MOUNT,
  KV_MOUNT,
  type Desired,
  type DesiredItem,
  declaredProject,
  desired,
  isStored,
  mintedSecrets,
  partsOf,
  placed,
  readableSecrets,
  roleName,
  secretPath,
  usedBy,
} from "./desired.ts";
export { type Applied, type ApplyOptions, apply } from "./apply.ts";
export { type Unenforceable, unenforceable } from "./enforce.ts";
export type { PlanFinding } from "./findings.ts";
export { type Discovery, discover } from "./init/discover.ts";
export { renderManifest } from "./init/render.ts";
export { jsonSchema } from "./json-schema.ts";
export {
  FILE_NAMES,
  findManifest,
  loadManifest,
  parseManifest,
  requireManifest,
  type ParseResult,
} from "./parse.ts";
export { type Plan, type PlannedWrite, plan } from "./plan.ts";
export { ManifestError, type Problem, problemLine } from "./problems.ts";
export { pushFor } from "./push.ts";
export { type RenderOptions, renderPlan } from "./render.ts";
export type * from "./types.ts";
