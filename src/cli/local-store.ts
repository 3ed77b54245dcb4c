/** Opens the local store in this process, asking for its passphrase where it has one. */
import { accessSync } from "node:fs";
import { BulkheadError, isBulkheadError } from "../core/errors.ts";
import { homePaths } from "../server/home.ts";
import { type LocalKernel, type LocalOptions, openLocal } from "../server/local.ts";
import type { Context } from "./context.ts";
import { readPrivateFile } from "./private-file.ts";
import { findProject } from "./project.ts";
import { storeAddress } from "./store-setting.ts";

/** `tidy` and `onInternalError`: for a process that stays. */
export interface LocalStoreOptions
  extends Pick<LocalOptions, "tidy" | "onInternalError" | "operatorLog" | "audit"> {
  /** The folder, in place of the user's. */
  readonly home?: string | undefined;
  /** A file with the store's address, in place of what the environment says. */
  readonly storeFile?: string | undefined;
}

export async function openLocalStore(
  context: Context,
  { home = context.home.folder, storeFile, ...options }: LocalStoreOptions = {},
): Promise<LocalKernel> {
  const address = storeAddress(context.env, storeFile);
  // Jobs never inherit BULKHEAD_HOME: one that sets it wants a store of its own.
  if (context.env.BULKHEAD_RUN && !context.env.BULKHEAD_HOME && address === undefined) refuseNew(home);
  try {
    const kernel = await open(context, { ...around(context), home, storeAddress: address, ...options });
    context.onClose(() => kernel.close());
    return kernel;
  } finally {
    address?.wipe();
  }
}

/** What a rotation pushes with is what `bulkhead push` pushes with. */
const around = (context: Context): Pick<LocalOptions, "env" | "folder"> => ({
  env: context.env,
  folder: async () => (await findProject(context))?.folder ?? context.cwd,
});

async function open(context: Context, options: LocalOptions): Promise<LocalKernel> {
  const file = context.env.BULKHEAD_PASSPHRASE_FILE;
  if (file) return await openLocal({ ...options, passphrase: readPrivateFile(file) });
  try {
    return await openLocal(options);
  } catch (error) {
    const input = await context.input();
    if (!isBulkheadError(error) || error.code !== "seal.passphrase-needed" || !input.interactive) throw error;
    return await openLocal({ ...options, passphrase: await input.hidden("Passphrase of the local store") });
  }
}

/** In a job the store is hidden: a new, empty one beside it would only hide that. */
function refuseNew(home: string): void {
  try {
    accessSync(homePaths(home).store);
  } catch (cause) {
    throw new BulkheadError("home.hidden", { path: home }, { cause });
  }
}
