/** What a run hides besides the usual places, what it shows after all, and which hosts it leaves open. */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { BulkheadError } from "../../core/errors.ts";
import { isEnvFile } from "../../scan/env-files.ts";
import { userHome } from "../../server/home.ts";
import type { Context } from "../context.ts";
import type { Job } from "./job.ts";
import { words } from "./words.ts";

/** Null leaves the network open. */
export function hostsOf(
  network: readonly string[] | null,
  more: readonly string[],
): readonly string[] | null {
  const added = words(more);
  return network === null && added.length === 0 ? null : [...(network ?? []), ...added];
}

/** Doors to the machine may be opened by who runs the job, Bulkhead's own places never. */
export function exposed({ cwd, env }: Context, paths: readonly string[], hide: readonly string[]): string[] {
  const places = paths.map((path) => resolve(cwd, path.replace(/^~(?=\/|$)/, userHome(env))));
  const own = places.find((path) =>
    hide.some((one) => one === path || `${one}/`.startsWith(`${path}/`) || path.startsWith(`${one}/`)),
  );
  if (own !== undefined)
    throw new BulkheadError("usage.invalid", { problem: `${own} is never shown to a job`, command: "run" });
  return places;
}

/** Settings that name files with which one comes to a store. */
const OWN_FILES = [
  "BULKHEAD_PASSPHRASE_FILE",
  "BULKHEAD_STORE_FILE",
  "BULKHEAD_SECRET_ID_FILE",
  "BULKHEAD_ID_TOKEN_FILE",
];

/** Bulkhead's own places, and the project's `.env` files: what the job may have, it is given. */
export function hidden(
  { home, env, cwd }: Context,
  { folder, place }: Pick<Job, "folder" | "place">,
): string[] {
  const envFiles = [...new Set([folder, cwd])].flatMap((place) =>
    readdirSync(place, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && isEnvFile(entry.name))
      .map((entry) => join(place, entry.name)),
  );
  const keys = OWN_FILES.flatMap((name) => env[name] || []);
  const kept = (place?.manifest.secrets ?? []).flatMap(({ from = "" }) =>
    from.startsWith("file://") ? resolve(folder, from.slice("file://".length).replace(/#.*$/, "")) : [],
  );
  return [home.folder, ...keys, ...envFiles, ...kept];
}
