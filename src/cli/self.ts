/** How other programs (git's filters and hooks) call the Bulkhead that is running now. */
import { realpathSync } from "node:fs";

/** For sh. */
export const quoted = (text: string): string =>
  /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

/** The program's own path, as one word of sh. */
export function selfCommand(): string {
  return quoted(realpathSync(process.argv[1] ?? "bulkhead"));
}
