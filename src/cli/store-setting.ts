/** Where the store is, when it is not a file in the local folder. An address holds a password, so it is never an argument. */
import { Secret } from "../core/secret.ts";
import { readPrivateFile } from "./private-file.ts";

/** Whether one is set; reads nothing. */
export const hasStoreAddress = (env: NodeJS.ProcessEnv): boolean =>
  Boolean(env.BULKHEAD_STORE_FILE || env.BULKHEAD_STORE);

/** Of `file`, else of the file BULKHEAD_STORE_FILE names, else BULKHEAD_STORE itself; undefined: the file in the local folder. */
export function storeAddress(env: NodeJS.ProcessEnv, file?: string): Secret | undefined {
  const named = file ?? (env.BULKHEAD_STORE_FILE || undefined);
  if (named !== undefined) return readPrivateFile(named);
  return env.BULKHEAD_STORE ? Secret.copy(env.BULKHEAD_STORE) : undefined;
}
