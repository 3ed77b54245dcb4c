/** What a reader of the plan should know about a declaration that is sound: what is missing, unused, shared, or not held to yet. */
import type { ManifestApi } from "../core/ports/manifest-api.ts";
import { KV_MOUNT, isStored, secretPath, usedBy } from "./desired.ts";
import { unenforceable } from "./enforce.ts";
import { identityFindings } from "./identities.ts";
import type { DeclaredSecret, Manifest } from "./types.ts";

export interface PlanFinding {
  /** `refused`: apply does nothing until it is mended. */
  readonly level: "refused" | "warning" | "note";
  readonly code:
    | "shared"
    | "no-owner"
    | "no-purpose"
    | "not-stored"
    | "unused"
    | "unenforceable"
    | "mount-taken"
    | "too-broad"
    | "no-issuer";
  /** Lower case, no full stop. */
  readonly message: string;
  /** In the declaration; 0 when it is about none of its lines. */
  readonly line: number;
  /** Where it is one word of that line. */
  readonly column?: number;
}

/** Findings that need nothing but the declaration. */
export function declarationFindings(manifest: Manifest): readonly PlanFinding[] {
  return [
    ...sharedSecrets(manifest),
    ...withoutOwnerOrPurpose(manifest),
    ...unusedSecrets(manifest),
    ...notHeldTo(manifest),
    ...identityFindings(manifest),
  ];
}

function sharedSecrets(manifest: Manifest): readonly PlanFinding[] {
  const production = manifest.environments.filter((one) => one.production).map(({ name }) => name);
  return manifest.secrets.flatMap((secret): readonly PlanFinding[] => {
    const stages = manifest.stages
      .filter((stage) => usedBy(stage).includes(secret.name))
      .map(({ name }) => name);
    if (stages.length < 2) return [];
    const message = `${secret.name} is used by ${words(stages)}: a leak in one opens the other`;
    if (secret.shared !== undefined)
      return [
        {
          level: "note",
          code: "shared",
          message: `${message} (shared: ${secret.shared})`,
          line: secret.at.line,
        },
      ];
    if (production.length === 0) return [{ level: "warning", code: "shared", message, line: secret.at.line }];
    return [
      {
        level: "refused",
        code: "shared",
        message: `${message}; ${words(production)} is production, so give each its own, or the reason in \`shared:\``,
        line: secret.at.line,
      },
    ];
  });
}

function withoutOwnerOrPurpose({ secrets }: Manifest): readonly PlanFinding[] {
  const some = (
    code: "no-owner" | "no-purpose",
    missing: readonly DeclaredSecret[],
    help: string,
  ): PlanFinding[] =>
    missing.length === 0
      ? []
      : [
          {
            level: "warning",
            code,
            message: `${words(missing.map(({ name }) => name))}: ${help}`,
            line: missing[0]?.at.line ?? 0,
          },
        ];
  return [
    ...some(
      "no-owner",
      secrets.filter(({ owner }) => owner === undefined),
      "no owner, so nobody will be asked to rotate it; add `owner:`",
    ),
    ...some(
      "no-purpose",
      secrets.filter(({ purpose }) => purpose === undefined),
      "no purpose; say in one sentence what it is for with `purpose:`",
    ),
  ];
}

function unusedSecrets(manifest: Manifest): readonly PlanFinding[] {
  const used = new Set(manifest.stages.flatMap(usedBy));
  const minting = new Set(
    manifest.secrets.flatMap(({ rotate, push = [] }) => [rotate.with, ...push.map((one) => one.with)]),
  );
  const unused = manifest.secrets.filter(({ name }) => !used.has(name) && !minting.has(name));
  return unused.map(({ name, at }) => ({
    level: "warning",
    code: "unused",
    message: `${name} is used by no stage: retire it at its provider, then take it out`,
    line: at.line,
  }));
}

function notHeldTo(manifest: Manifest): readonly PlanFinding[] {
  const found = new Map<string, PlanFinding>();
  for (const stage of manifest.stages)
    for (const environment of manifest.environments)
      for (const { what, line, reason, refuses } of unenforceable(manifest, stage.name, environment.name))
        found.set(what, {
          level: refuses ? "warning" : "note",
          code: "unenforceable",
          message: `${what}: ${reason}${refuses ? "; `run` refuses it" : ""}`,
          line,
        });
  return [...found.values()];
}

/** Which used secrets have no value yet, environment by environment. */
export async function storedFindings(manifest: Manifest, api: ManifestApi): Promise<readonly PlanFinding[]> {
  const used = new Set(manifest.stages.flatMap(usedBy));
  const out: PlanFinding[] = [];
  for (const secret of manifest.secrets.filter((one) => used.has(one.name) && isStored(one))) {
    const missing: string[] = [];
    for (const { name } of manifest.environments)
      if (!(await hasValue(api, secretPath(manifest.project, name, secret.name)))) missing.push(name);
    if (missing.length > 0)
      out.push({
        level: "warning",
        code: "not-stored",
        message: `${secret.name} has no value in ${words(missing)}`,
        line: secret.at.line,
      });
  }
  return out;
}

/** By its metadata: a plan never reads a value. */
async function hasValue(api: ManifestApi, path: string): Promise<boolean> {
  const metadata = await api.read(`${KV_MOUNT}/metadata/${path}`);
  const current = metadata?.current_version;
  if (typeof current !== "number" || current === 0) return false;
  const versions = metadata?.versions;
  if (typeof versions !== "object" || versions === null || Array.isArray(versions)) return true;
  const version = (versions as Record<string, unknown>)[String(current)];
  if (typeof version !== "object" || version === null) return true;
  const { destroyed, deletion_time: deleted } = version as { destroyed?: unknown; deletion_time?: unknown };
  return destroyed !== true && (typeof deleted !== "string" || deleted === "");
}

const words = (names: readonly string[]): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
