/**
 * The mount table: which plug-in serves which path. Two rows of the barrier (`core/mounts`, `core/auth`) hold what was
 * mounted; the built-ins are there by themselves. Every mount has its own storage at `logical/<uuid>/`, so that unmounting
 * deletes exactly what was its own.
 */
import type { Clock } from "../core/clock.ts";
import { BulkheadError } from "../core/errors.ts";
import { randomBase62, uuid } from "../core/ids.ts";
import type { Barrier, Storage, StorageTransaction } from "./barrier/index.ts";
import { tunedLockout } from "./lockouts.ts";
import {
  type MountKind,
  builtin,
  checkTtls,
  fullPath,
  kindOf,
  movePaths,
  storagePrefix,
} from "./mount-info.ts";
import { PathTable } from "./pattern.ts";
import type { AnyPlugin, Backend, LockoutConfig, MountInfo, MountSettings, PluginType } from "./plugin.ts";
import { RowCache, decodeRow, encodeRow } from "./row-cache.ts";
import type { DeclaredMount, KernelServices, MountService } from "./services.ts";

/** A mount ready to serve. */
export interface Mounted {
  readonly info: MountInfo;
  readonly backend: Backend;
  readonly paths: PathTable;
}

interface MountSpec {
  type: string;
  description?: string;
  options?: Record<string, string>;
  defaultLeaseTtl?: number;
  maxLeaseTtl?: number;
  settings?: MountSettings;
}
interface MountChange extends Omit<MountSpec, "type"> {
  lockout?: Partial<LockoutConfig>;
}

export interface MountTableOptions {
  readonly barrier: Barrier;
  readonly clock: Clock;
  readonly engines: readonly AnyPlugin[];
  readonly authMethods: readonly AnyPlugin[];
  readonly defaults: { readonly defaultLeaseTtl: number; readonly maxLeaseTtl: number };
  /** The services that plug-ins get; asked only when a mount is made ready. */
  readonly services: () => KernelServices;
  /** Ends what hangs on a mount before its storage goes. */
  readonly beforeRemoval: (mount: MountInfo) => Promise<void>;
  /** What else is known by the mount's path goes in the transaction that frees the path. */
  readonly forget: (tx: StorageTransaction, mount: string) => Promise<void>;
  /** … or moves in the one that moves the mount. May refuse. */
  readonly move: (tx: StorageTransaction, from: string, to: string) => Promise<void>;
}

const ROWS: Readonly<Record<MountKind, string>> = { secret: "core/mounts", auth: "core/auth" };
/** Mounts that were taken out of the table and are still being cleaned up. */
const LEAVING = "core/unmounting/";
/** Mounts that were moved: what `sys/remount/status` tells, and what is still to be revoked. */
const MOVES = "core/remount/";

interface Move {
  readonly from: MountInfo;
  readonly to: string;
  readonly done: boolean;
}

export class MountTable implements MountService {
  readonly #options: MountTableOptions;
  readonly #rows: RowCache<readonly MountInfo[]>;
  readonly #types: Readonly<Record<MountKind, ReadonlyMap<string, AnyPlugin>>>;
  readonly #builtins: readonly MountInfo[];
  readonly #ready = new Map<string, { readonly source: string; readonly mounted: Mounted }>();
  /** By the row as it was parsed, so that a request need not compare what it says. */
  #known = new WeakMap<MountInfo, Mounted>();
  #table: {
    readonly secret: readonly MountInfo[];
    readonly auth: readonly MountInfo[];
    byPath: ReadonlyMap<string, MountInfo>;
  } | null = null;

  constructor(options: MountTableOptions) {
    this.#options = options;
    this.#rows = new RowCache(options.barrier, "", (bytes) =>
      bytes === null ? [] : decodeRow<MountInfo[]>(bytes),
    );
    this.#types = { secret: byType(options.engines), auth: byType(options.authMethods) };
    this.#builtins = [
      ...options.engines.flatMap((plugin) => builtin(plugin, "secret")),
      ...options.authMethods.flatMap((plugin) => builtin(plugin, "auth")),
    ];
  }

  get defaults(): MountTableOptions["defaults"] {
    return this.#options.defaults;
  }

  /** The mount that serves a path; while sealed only the built-ins are known. */
  async route(path: string, seen?: string): Promise<Mounted | null> {
    const table = this.#options.barrier.sealed ? byPath(this.#builtins) : await this.#current(seen);
    for (let end = path.length; end > 0; end = end < 2 ? 0 : path.lastIndexOf("/", end - 2) + 1) {
      const prefix = end === path.length && !path.endsWith("/") ? `${path}/` : path.slice(0, end);
      const found = table.get(prefix);
      if (found !== undefined) return this.#known.get(found) ?? (await this.#make(found));
    }
    return null;
  }

  /** All mounts, or those of the types that `wanted` names. */
  async all(wanted: (plugin: AnyPlugin) => boolean = () => true): Promise<readonly Mounted[]> {
    const infos = [...(await this.#current()).values()].filter((info) => {
      const plugin = this.#types[kindOf(info)].get(info.type);
      return plugin !== undefined && wanted(plugin);
    });
    const all = await Promise.all(infos.map((info) => this.#make(info)));
    return all.filter((mounted) => mounted !== null);
  }

  /** What has to be told of a token's end. */
  keepingPerToken(): Promise<readonly Mounted[]> {
    return this.all((plugin) => !("load" in plugin) || plugin.keepsPerToken === true);
  }

  async paths(): Promise<string[]> {
    return [...(await this.#current()).keys()];
  }

  storage(mount: MountInfo): Storage {
    return this.#options.barrier.view(storagePrefix(mount));
  }

  async list(kind: MountKind): Promise<MountInfo[]> {
    const all = [...(await this.#current()).values()];
    return all.filter((info) => kindOf(info) === kind).sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async stands(id: string, seen?: string): Promise<boolean> {
    for (const info of (await this.#current(seen)).values()) if (info.uuid === id) return true;
    return false;
  }

  async find(path: string): Promise<MountInfo | null> {
    return (await this.route(path))?.info ?? null;
  }

  async declared(): Promise<DeclaredMount[]> {
    return (await this.all()).map(({ info, backend }) => ({
      info,
      paths: backend.paths,
      builtin: this.#builtins.some(({ path }) => path === info.path),
    }));
  }

  async mount(kind: MountKind, path: string, spec: MountSpec): Promise<MountInfo> {
    const full = fullPath(kind, path);
    const { plugin, options } = await this.#pluginFor(kind, spec.type);
    const info: MountInfo = {
      path: full,
      type: plugin.type,
      class: kind,
      accessor: `${kind === "auth" ? "auth_" : ""}${plugin.type}_${randomBase62(8).toLowerCase()}`,
      uuid: uuid(),
      description: spec.description ?? "",
      options: { ...plugin.defaultOptions, ...spec.options, ...options },
      defaultLeaseTtl: spec.defaultLeaseTtl ?? 0,
      maxLeaseTtl: spec.maxLeaseTtl ?? 0,
      ...(spec.settings && { settings: spec.settings }),
    };
    checkTtls(info, this.#options.defaults);
    plugin.check?.(info);
    await this.#options.barrier.transaction(async (tx) => {
      for (const other of [
        ...(await readRow(tx, "secret")),
        ...(await readRow(tx, "auth")),
        ...this.#builtins,
      ])
        if (other.path.startsWith(full) || full.startsWith(other.path))
          throw new BulkheadError("mount.exists", { path: other.path });
      tx.put(ROWS[kind], encodeRow([...(await readRow(tx, kind)), info]));
    });
    return info;
  }

  async unmount(kind: MountKind, path: string): Promise<void> {
    const full = fullPath(kind, path);
    if (this.#builtins.some((info) => info.path === full))
      throw new BulkheadError("mount.builtin", { path: full });
    const info = await this.#options.barrier.transaction(async (tx) => {
      const row = await readRow(tx, kind);
      const found = row.find((one) => one.path === full);
      if (found === undefined) throw new BulkheadError("mount.unknown", { path: full });
      tx.put(ROWS[kind], encodeRow(row.filter((one) => one !== found)));
      tx.put(LEAVING + found.uuid, encodeRow(found));
      await this.#options.forget(tx, full);
      return found;
    });
    await this.#remove(info);
  }

  async tune(kind: MountKind, path: string, change: MountChange): Promise<MountInfo> {
    const full = fullPath(kind, path);
    return await this.#options.barrier.transaction(async (tx) => {
      const row = await readRow(tx, kind);
      const found = row.find((one) => one.path === full) ?? this.#builtins.find((one) => one.path === full);
      if (found === undefined) throw new BulkheadError("mount.unknown", { path: full });
      const { lockout, settings, ...others } = change;
      const tuned: MountInfo = {
        ...found,
        ...others,
        ...(settings && { settings: { ...found.settings, ...settings } }),
        options: { ...found.options, ...change.options },
        ...(lockout && { lockout: tunedLockout(found, lockout) }),
      };
      const plugin = await this.#load(kind, tuned.type);
      if (lockout !== undefined && plugin?.locksOut !== true)
        throw new BulkheadError("mount.no-lockout", { type: tuned.type });
      checkTtls(tuned, this.#options.defaults);
      plugin?.check?.(tuned, found);
      tx.put(ROWS[kind], encodeRow([...row.filter((one) => one.path !== full), tuned]));
      return tuned;
    });
  }

  /**
   * From the moment the row is written the mount serves its new path only; then what was leased and issued under the old one is
   * revoked, and a process that is killed meanwhile leaves that to the next `finishRemovals`.
   */
  async remount(from: string, to: string): Promise<string> {
    const { kind, source, target } = movePaths(from, to, this.#builtins);
    const id = uuid();
    const before = await this.#options.barrier.transaction(async (tx) => {
      const row = await readRow(tx, kind);
      const found = row.find((one) => one.path === source);
      if (found === undefined) throw new BulkheadError("mount.unknown", { path: source });
      for (const other of [
        ...(await readRow(tx, "secret")),
        ...(await readRow(tx, "auth")),
        ...this.#builtins,
      ])
        if (other.path.startsWith(target) || target.startsWith(other.path))
          throw new BulkheadError("mount.exists", { path: other.path });
      tx.put(ROWS[kind], encodeRow([...row.filter((one) => one !== found), { ...found, path: target }]));
      tx.put(MOVES + id, encodeRow({ from: found, to: target, done: false } satisfies Move));
      await this.#options.move(tx, source, target);
      return found;
    });
    await this.#finishMove(id, { from: before, to: target, done: false });
    return id;
  }

  async remountStatus(id: string): Promise<{ from: string; to: string; done: boolean } | null> {
    const bytes = /^[0-9a-f-]{36}$/.test(id) ? await this.#options.barrier.view(MOVES).get(id) : null;
    if (bytes === null) return null;
    const { from, to, done } = decodeRow<Move>(bytes);
    return { from: from.path, to, done };
  }

  async #finishMove(id: string, move: Move): Promise<void> {
    await this.#options.beforeRemoval(move.from);
    const view = this.#options.barrier.view(MOVES);
    await view.put(id, encodeRow({ ...move, done: true } satisfies Move));
  }

  /** Goes on with removals and moves that a killed process left. */
  async finishRemovals(): Promise<void> {
    const moves = this.#options.barrier.view(MOVES);
    for (const id of await moves.keys("")) {
      const bytes = await moves.get(id);
      const move = bytes === null ? null : decodeRow<Move>(bytes);
      if (move?.done === false) await this.#finishMove(id, move);
    }
    const view = this.#options.barrier.view(LEAVING);
    for (const id of await view.keys("")) {
      const bytes = await view.get(id);
      if (bytes !== null) await this.#remove(decodeRow<MountInfo>(bytes));
    }
  }

  /** A backend to end or renew what a mount leased, which may have left the table or been tuned since. */
  async readyFor(info: MountInfo): Promise<Mounted | null> {
    return this.#ready.get(info.uuid)?.mounted ?? (await this.#make(info));
  }

  clear(): void {
    this.#rows.clear();
    for (const { mounted } of this.#ready.values()) letGo(mounted);
    this.#ready.clear();
    this.#known = new WeakMap();
    this.#table = null;
  }

  async #remove(info: MountInfo): Promise<void> {
    await this.#options.beforeRemoval(info);
    const { barrier } = this.#options;
    const view = barrier.view(storagePrefix(info));
    for (;;) {
      const keys = await view.keys("", { limit: 1_000 });
      if (keys.length === 0) break;
      await view.transaction((tx) => {
        for (const key of keys) tx.delete(key);
        return Promise.resolve();
      });
    }
    await barrier.view(LEAVING).delete(info.uuid);
    letGo(this.#ready.get(info.uuid)?.mounted);
    this.#ready.delete(info.uuid);
    this.#known = new WeakMap();
    await barrier.purge();
  }

  async #pluginFor(
    kind: MountKind,
    type: string,
  ): Promise<{ plugin: PluginType; options: Readonly<Record<string, string>> }> {
    const types = this.#types[kind];
    const direct = types.get(type);
    if (direct !== undefined && direct.builtinAt === undefined)
      return { plugin: await loaded(direct), options: {} };
    for (const one of types.values()) {
      const plugin = await loaded(one);
      const options = plugin.aliases?.[type];
      if (options !== undefined) return { plugin, options };
    }
    const known = [...types.values()].filter((one) => one.builtinAt === undefined).map((one) => one.type);
    throw new BulkheadError("mount.unknown-type", { type, known });
  }

  async #current(seen?: string): Promise<ReadonlyMap<string, MountInfo>> {
    const [secret, auth] = await Promise.all([
      this.#rows.get(ROWS.secret, seen),
      this.#rows.get(ROWS.auth, seen),
    ]);
    // a built-in that was tuned has a row of its own, which counts
    if (this.#table?.secret !== secret || this.#table.auth !== auth)
      this.#table = { secret, auth, byPath: byPath([...this.#builtins, ...secret, ...auth]) };
    return this.#table.byPath;
  }

  /** Made when it is first asked for, so that a short-lived process pays for what it uses. */
  async #make(info: MountInfo): Promise<Mounted | null> {
    // a store that another build of Bulkhead used may name a type this one lacks: the path then has no handler
    const plugin = await this.#load(kindOf(info), info.type);
    if (plugin === undefined) return null;
    const source = JSON.stringify(info);
    const known = this.#ready.get(info.uuid);
    if (known?.source === source) {
      this.#known.set(info, known.mounted);
      return known.mounted;
    }
    if (known !== undefined) this.#known = new WeakMap();
    letGo(known?.mounted);
    const { clock, services } = this.#options;
    const backend = plugin.create({ mount: info, clock, services: services() });
    const mounted: Mounted = { info, backend, paths: new PathTable(backend.paths) };
    this.#ready.set(info.uuid, { source, mounted });
    this.#known.set(info, mounted);
    return mounted;
  }

  async #load(kind: MountKind, type: string): Promise<PluginType | undefined> {
    const plugin = this.#types[kind].get(type);
    return plugin && (await loaded(plugin));
  }
}

/** Nobody waits for it: what is under way is finished, and a connection that will not close keeps nothing else from being done. */
function letGo(mounted: Mounted | undefined): void {
  mounted?.backend.close?.().catch(() => undefined);
}

const byPath = (infos: readonly MountInfo[]): ReadonlyMap<string, MountInfo> =>
  new Map(infos.map((info) => [info.path, info]));

/** Loading it twice gives the same one. */
const loaded = (plugin: AnyPlugin): Promise<PluginType> =>
  "load" in plugin ? plugin.load() : Promise.resolve(plugin);

function byType(plugins: readonly AnyPlugin[]): ReadonlyMap<string, AnyPlugin> {
  return new Map(plugins.map((plugin) => [plugin.type, plugin]));
}

async function readRow(tx: StorageTransaction, kind: MountKind): Promise<MountInfo[]> {
  const bytes = await tx.get(ROWS[kind]);
  return bytes === null ? [] : decodeRow<MountInfo[]>(bytes);
}
