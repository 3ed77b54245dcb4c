/** Opens the local store in this process, asking for its passphrase where it has one. */
import { isBulkheadError } from "../core/errors.ts";
import { type LocalKernel, openLocal } from "../server/local.ts";
import type { Context } from "./context.ts";
import { readPrivateFile } from "./private-file.ts";

export async function openLocalStore(context: Context, home = context.home.folder): Promise<LocalKernel> {
  const kernel = await open(context, home);
  context.onClose(() => kernel.close());
  return kernel;
}

async function open(context: Context, home: string): Promise<LocalKernel> {
  const file = context.env.BULKHEAD_PASSPHRASE_FILE;
  if (file) return await openLocal({ home, passphrase: readPrivateFile(file) });
  try {
    return await openLocal({ home });
  } catch (error) {
    const input = await context.input();
    if (!isBulkheadError(error) || error.code !== "seal.passphrase-needed" || !input.interactive) throw error;
    return await openLocal({ home, passphrase: await input.hidden("Passphrase of the local store") });
  }
}
