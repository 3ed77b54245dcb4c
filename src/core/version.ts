/** The package's version: the release build writes it in; run from source it is read from package.json. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

declare const BULKHEAD_VERSION: string | undefined;

function fromSource(): string {
  const manifest = readFileSync(join(import.meta.dirname, "..", "..", "package.json"), "utf8");
  return String((JSON.parse(manifest) as { version: unknown }).version);
}

export const version: string = typeof BULKHEAD_VERSION === "string" ? BULKHEAD_VERSION : fromSource();
