/** The declaration in reach, and the names on command lines resolved by it: environments, secrets, paths. */
import { dirname, relative } from "node:path";
import { BulkheadError, isBulkheadError, nearest } from "../core/errors.ts";
import type { DeclaredSecret, Environment, Manifest } from "../manifest/index.ts";
import type { Context } from "./context.ts";

export interface Project {
  readonly manifest: Manifest;
  readonly path: string;
  /** The declaration's folder. */
  readonly folder: string;
}

/** Throws `manifest.missing`, `manifest.invalid`. */
export async function requireProject(context: Context, file?: string): Promise<Project> {
  const { findManifest, loadManifest } = await import("../manifest/parse.ts");
  const path = file ?? (await findManifest(context.cwd));
  const manifest = await loadManifest(path, relative(context.cwd, path) || path);
  return { manifest, path, folder: dirname(path) };
}

/** null when there is no declaration here. */
export async function findProject(context: Context): Promise<Project | null> {
  try {
    return await requireProject(context);
  } catch (error) {
    if (isBulkheadError(error) && error.code === "manifest.missing") return null;
    throw error;
  }
}

/** Throws `manifest.unknown-environment` with a "did you mean". */
export function environmentOf({ environments }: Manifest, name: string): Environment {
  const found = environments.find((one) => one.name === name);
  if (found !== undefined) return found;
  const known = environments.map((one) => one.name);
  throw unknownName("manifest.unknown-environment", name, known);
}

export function unknownName(
  code: "manifest.unknown-environment" | "manifest.unknown-secret" | "manifest.unknown-stage",
  name: string,
  known: readonly string[],
): BulkheadError {
  const near = nearest(name, known);
  const list = known.length > 0 ? `known: ${known.join(", ")}` : "the declaration has none";
  return new BulkheadError(
    code,
    { name: name.slice(0, 80), known },
    { hint: near === null ? list : `did you mean ${near}? ${list}` },
  );
}

export interface SecretTarget {
  /** Mount of the KV engine: `secret`. */
  readonly mount: string;
  /** Below the mount: `fraud/dev/openai`. */
  readonly path: string;
  /** For messages: `openai in dev`, or the path. */
  readonly label: string;
  readonly declared: DeclaredSecret | null;
}

export const dataPath = ({ mount, path }: SecretTarget): string => `${mount}/data/${path}`;
export const metadataPath = ({ mount, path }: SecretTarget): string => `${mount}/metadata/${path}`;

/**
 * `openai` is a secret of the declaration in reach, in an environment; anything with a slash is a path of the API, with or
 * without `data/`. Throws `manifest.unknown-secret`, `cli.value-in-arguments` for what looks like a value.
 */
export async function secretTarget(
  context: Context,
  name: string,
  environment: string,
): Promise<SecretTarget> {
  if (looksLikeValue(name)) throw new BulkheadError("cli.value-in-arguments");
  if (name.includes("/")) return apiTarget(name);
  const { manifest } = await requireProject(context);
  const env = environmentOf(manifest, environment);
  const declared = manifest.secrets.find((one) => one.name === name);
  if (declared === undefined)
    throw unknownName(
      "manifest.unknown-secret",
      name,
      manifest.secrets.map((one) => one.name),
    );
  const { secretPath, KV_MOUNT } = await import("../manifest/desired.ts");
  return {
    mount: KV_MOUNT,
    path: secretPath(manifest.project, env.name, name),
    label: `${name} in ${env.name}`,
    declared,
  };
}

function apiTarget(name: string): SecretTarget {
  const [mount = "", ...rest] = name.replace(/^\/+|\/+$/g, "").split("/");
  const path = (rest[0] === "data" || rest[0] === "metadata" ? rest.slice(1) : rest).join("/");
  if (path === "")
    throw new BulkheadError("usage.invalid", {
      problem: "a path names a mount and a secret below it, like secret/team/key",
      command: "secret",
    });
  return { mount, path, label: `${mount}/${path}`, declared: null };
}

/** `name=value`, or long random text: somebody put a value where every process of the machine can read it. */
function looksLikeValue(text: string): boolean {
  if (text.includes("=")) return true;
  return text.length > 24 && !text.includes("/") && /\d/.test(text) && /[A-Z_]/.test(text);
}
