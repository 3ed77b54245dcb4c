/** Asks providers what stored keys may do, and keeps the answers: the values are read from the store, as any reader's, and erased. */
import type { ApiClient } from "../../client/index.ts";
import { isBulkheadError } from "../../core/errors.ts";
import type { Credential, RightsFacts } from "../../inventory/index.ts";
import { providerById } from "../../providers/lookup.ts";
import { RequestFailure } from "../../verify/request.ts";
import { type AskOptions, askRights } from "../../verify/scopes.ts";

export interface Asking extends AskOptions {
  /** Told why a key could not be asked about. */
  readonly failed: (said: string) => void;
}

const AT_ONCE = 4;

export async function askProviders(
  credentials: readonly Credential[],
  client: ApiClient,
  asking: Asking,
): Promise<RightsFacts[]> {
  const found: RightsFacts[] = [];
  const waiting = credentials.filter(
    ({ storage, version, retired, provider }) =>
      storage === "stored" && version !== null && retired === null && provider !== null,
  );
  const work = async (): Promise<void> => {
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const rights = await askOne(one, client, asking);
      if (rights !== null) found.push(rights);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

async function askOne(one: Credential, client: ApiClient, asking: Asking): Promise<RightsFacts | null> {
  const { project, environment, name: secret, provider: id, path } = one;
  const provider = id === null ? undefined : providerById(id);
  if (provider === undefined || project === null || environment === null) return null;
  const { failed, ...options } = asking;
  try {
    const stored = await client.readSecret(path);
    if (stored === null) return null;
    try {
      const said = await askRights(provider, stored.fields, options);
      const { rights, scopes, person } = said;
      const about = { project, environment, secret, version: stored.version, scopes, person };
      await client.write("bulkhead/inventory/rights", {
        ...about,
        told: rights !== null,
        rights: rights ?? [],
      });
      return { ...about, rights, time: Date.now() };
    } finally {
      for (const value of stored.fields.values()) value.wipe();
    }
  } catch (error) {
    if (!(error instanceof RequestFailure) && !isBulkheadError(error)) throw error;
    failed(`${one.id}: ${error.message}`);
    return null;
  }
}
