/**
 * One open connection pool a configuration, per process, as long as its revision stands: a change, a reset or a rotation of the root
 * password by any process draws a new revision, and the pools of the old one are closed.
 *
 * A login that the database refuses may mean that a rotation broke off after the password was changed: then the noted password is
 * tried, and when it is right the rotation is finished (`root.ts`).
 */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import { drivers } from "./drivers/index.ts";
import type { DatabaseConnection, DatabaseDriver } from "./drivers/types.ts";
import { type Config, configs, requireConfig, rootNotes } from "./store.ts";

interface Open {
  readonly revision: string;
  readonly connection: DatabaseConnection;
}

/** Throws `database.config`. */
export function driverOf(plugin: string): DatabaseDriver {
  const driver = drivers.find((one) => one.plugin === plugin);
  if (driver === undefined)
    throw new BulkheadError("database.config", {
      problem: `invalid database version: plugin not found in the catalog: ${plugin.slice(0, 60)}`,
    });
  return driver;
}

export const isWrongLogin = (error: unknown): boolean =>
  isBulkheadError(error) && error.code === "database.login";

export class Connections {
  readonly #open = new Map<string, Open>();

  /** Runs `work` on the database of that name. Throws `database.no-connection` and what the connection throws. */
  async use<T>(
    storage: Storage,
    name: string,
    work: (connection: DatabaseConnection, config: Config) => Promise<T>,
  ): Promise<T> {
    for (let tries = 0; ; tries++) {
      const config = await requireConfig(storage, name);
      try {
        return await work(this.#connectionOf(name, config), config);
      } catch (error) {
        if (tries > 0) throw error;
        const now = await requireConfig(storage, name);
        // another process changed it meanwhile, and nothing was done under the old password
        const changed = now.revision !== config.revision && isWrongLogin(error);
        if (!changed && !(isWrongLogin(error) && (await this.#promoteNoted(storage, name)))) throw error;
      }
    }
  }

  /** A connection of its own, not kept: the caller closes it. */
  once(config: Config): DatabaseConnection {
    return driverOf(config.plugin).open(config.details);
  }

  async forget(name: string): Promise<void> {
    const open = this.#open.get(name);
    this.#open.delete(name);
    await open?.connection.close();
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#open.keys()].map((name) => this.forget(name)));
  }

  #connectionOf(name: string, config: Config): DatabaseConnection {
    const open = this.#open.get(name);
    if (open?.revision === config.revision) return open.connection;
    open?.connection.close().catch(() => undefined);
    const connection = driverOf(config.plugin).open(config.details);
    this.#open.set(name, { revision: config.revision, connection });
    return connection;
  }

  /** Whether a noted password opens the database and is the configuration's from now on. */
  async #promoteNoted(storage: Storage, name: string): Promise<boolean> {
    const note = await rootNotes.load(storage, name);
    if (note === null) return false;
    const config = await requireConfig(storage, name);
    const noted = this.once({ ...config, details: { ...config.details, password: note.password } });
    try {
      await noted.verify();
    } catch {
      return false;
    } finally {
      await noted.close();
    }
    return await promote(storage, name, note.id);
  }
}

/** The noted password becomes the configuration's. False when it was settled otherwise meanwhile. */
export async function promote(storage: Storage, name: string, id: string): Promise<boolean> {
  return await storage.transaction(async (tx) => {
    const [config, note] = [await configs.load(tx, name), await rootNotes.load(tx, name)];
    if (config === null || note?.id !== id) return false;
    configs.save(tx, name, {
      ...config,
      revision: id,
      details: { ...config.details, password: note.password },
    });
    rootNotes.delete(tx, name);
    return true;
  });
}
