/** Which installed package says that a file of a site folder is its own: its RECORD lists the file, with its hash. */
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { HookOwner } from "./types.ts";

interface Claim extends HookOwner {
  /** Base64url of the SHA-256 that the package was installed with; null where it gives none. */
  readonly sha256: string | null;
}

/** Null when nobody claims it. `name` is relative to the folder, with `/`. */
export function claimOf(folder: string, name: string): Claim | null {
  let entries: string[];
  try {
    entries = likelyFirst(readdirSync(folder), name);
  } catch {
    return null;
  }
  for (const entry of entries) {
    let record: string;
    try {
      record = readFileSync(join(folder, entry, "RECORD"), "utf8");
    } catch {
      continue;
    }
    const line = record.split("\n").find((one) => one.startsWith(`${name},`) || one.startsWith(`"${name}",`));
    if (line === undefined) continue;
    const { Name = entry.split("-")[0] ?? entry, Version = "?" } = metadata(join(folder, entry));
    return { package: Name, version: Version, sha256: /,sha256=([A-Za-z0-9_-]+)/.exec(line)?.[1] ?? null };
  }
  return null;
}

/** A RECORD may be long, and there may be hundreds: those whose package is named like the file come first, then setuptools. */
function likelyFirst(names: readonly string[], file: string): string[] {
  const rank = (entry: string): number => {
    const project = entry.slice(0, entry.indexOf("-"));
    return file.includes(project) ? 0 : project === "setuptools" ? 1 : 2;
  };
  return names.filter((entry) => entry.endsWith(".dist-info")).sort((a, b) => rank(a) - rank(b));
}

export function ownerOf(folder: string, name: string): HookOwner | null {
  const claim = claimOf(folder, name);
  return claim === null ? null : { package: claim.package, version: claim.version };
}

/** Whether `name` is as the package `owner` installed it. */
export function isAsInstalled(folder: string, name: string, owner: string): boolean {
  const claim = claimOf(folder, name);
  if (claim === null || claim.package.toLowerCase() !== owner || claim.sha256 === null) return false;
  const digest = createHash("sha256")
    .update(readFileSync(join(folder, name)))
    .digest("base64url");
  return digest === claim.sha256;
}

function metadata(folder: string): Record<string, string> {
  try {
    const head = readFileSync(join(folder, "METADATA"), "utf8").split(/\r?\n\r?\n/)[0] ?? "";
    return Object.fromEntries(
      [...head.matchAll(/^(Name|Version): (.{1,200})$/gm)].map(([, key = "", value = ""]) => [
        key,
        value.trim(),
      ]),
    );
  } catch {
    return {};
  }
}
