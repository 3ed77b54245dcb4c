/**
 * The keyed index of stored values: which places hold a value, without the value. Rows: `core/values/<hmac>/<place>` and
 * `core/places/<mount><path>//<version>` (the hmacs of one version). Written in the engine's own transaction, so that of two
 * equal values put at once into two environments one is refused.
 */
import { createHash, createHmac } from "node:crypto";
import { BulkheadError } from "../core/errors.ts";
import type { StoredSecretRef } from "../core/finding.ts";
import { type Barrier, type StorageReader, type StorageTransaction, rootOf } from "./barrier/index.ts";
import { RowCache, decodeRow, encodeRow } from "./row-cache.ts";
import type { DeclaredProject, ValueIndex, ValuePlace } from "./services.ts";

interface ValueRow extends ValuePlace {
  readonly field: string;
}
/** Field name → hmac of its value. */
type PlaceRow = Readonly<Record<string, string>>;

interface Home {
  readonly project: DeclaredProject;
  readonly environment: string;
  readonly secret: string;
}

const VALUES = "core/values/";
const PLACES = "core/places/";
const PROJECTS = "core/projects/";
/** Environments are kept apart below this mount, which `apply` makes. */
const DECLARED_MOUNT = "secret/";
/** The version under which a value stands that another manager keeps. */
const ELSEWHERE = 0;
/** Shorter values (`true`, `5432`) are no credentials and would collide. */
const SHORTEST = 6;

const placeKey = (place: ValuePlace): string => `${PLACES}${place.mount}${place.path}//${place.version}`;
const rowKey = (hmac: string, place: string, field: string): string =>
  `${VALUES}${hmac}/${createHash("sha256").update(`${place}\0${field}`).digest("hex")}`;

/** A line end after a key, as files and pipes leave it, does not make it another key. */
function withoutSpace(value: Buffer): Buffer {
  let [start, end] = [0, value.length];
  while (start < end && isSpace(value[start])) start++;
  while (start < end && isSpace(value[end - 1])) end--;
  return value.subarray(start, end);
}

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);

export class Values implements ValueIndex {
  readonly #barrier: Barrier;
  readonly #projects: RowCache<DeclaredProject | null>;

  constructor(barrier: Barrier) {
    this.#barrier = barrier;
    this.#projects = new RowCache(barrier, PROJECTS, (bytes) =>
      bytes === null ? null : decodeRow<DeclaredProject>(bytes),
    );
  }

  async record(
    tx: StorageTransaction,
    place: ValuePlace,
    fields: ReadonlyMap<string, Buffer>,
  ): Promise<void> {
    const root = rootOf(tx);
    const home = await this.#home(place, (name) => readProject(root, name));
    const row = new Map<string, string>(); // a field may be called `__proto__`
    for (const [field, given] of fields) {
      const value = withoutSpace(given);
      if (value.length < SHORTEST) continue;
      const hmac = this.#hmac(createHash("sha256").update(value).digest());
      row.set(field, hmac);
      if (home !== null && !isPlain(home, field)) await this.#refuseReuse(root, home, field, hmac);
      root.put(rowKey(hmac, placeKey(place), field), encodeRow({ ...place, field } satisfies ValueRow));
    }
    if (row.size > 0) root.put(placeKey(place), encodeRow(Object.fromEntries(row)));
  }

  async note(tx: StorageTransaction, path: string, fields: ReadonlyMap<string, string>): Promise<void> {
    const root = rootOf(tx);
    const place = { mount: DECLARED_MOUNT, path, version: ELSEWHERE };
    const home = await this.#home(place, (name) => readProject(root, name));
    if (home === null) return;
    await forgetPlace(root, placeKey(place));
    const row = new Map<string, string>();
    for (const [field, sha256] of fields) {
      const hmac = this.#hmac(Buffer.from(sha256, "hex"));
      row.set(field, hmac);
      if (!isPlain(home, field)) await this.#refuseReuse(root, home, field, hmac);
      root.put(rowKey(hmac, placeKey(place), field), encodeRow({ ...place, field } satisfies ValueRow));
    }
    if (row.size > 0) root.put(placeKey(place), encodeRow(Object.fromEntries(row)));
  }

  async forget(tx: StorageTransaction, place: ValuePlace): Promise<void> {
    await forgetPlace(rootOf(tx), placeKey(place));
  }

  /** A mount is unmounted, and its values with it: in the same transaction, since the next mount may have its path. */
  async forgetMount(tx: StorageTransaction, mount: string): Promise<void> {
    const root = rootOf(tx);
    for (const key of await root.keys(PLACES + mount)) await forgetPlace(root, key);
  }

  /** A mount is moved: its values with it. Throws `value.reused` when it comes to where projects are and one value would stand in two environments. */
  async moveMount(tx: StorageTransaction, from: string, to: string): Promise<void> {
    const root = rootOf(tx);
    for (const place of await root.keys(PLACES + from)) {
      const bytes = await root.get(place);
      if (bytes === null) continue;
      const moved = PLACES + to + place.slice(PLACES.length + from.length);
      for (const [field, hmac] of Object.entries(decodeRow<PlaceRow>(bytes))) {
        const row = await root.get(rowKey(hmac, place, field));
        root.delete(rowKey(hmac, place, field));
        if (row !== null)
          root.put(rowKey(hmac, moved, field), encodeRow({ ...decodeRow<ValueRow>(row), mount: to }));
      }
      root.delete(place);
      root.put(moved, bytes);
    }
    if (to !== DECLARED_MOUNT) return;
    for (const project of await this.projects()) await this.declare(root, project);
  }

  async lookup(sha256: readonly string[]): Promise<ReadonlyMap<string, readonly StoredSecretRef[]>> {
    const view = this.#barrier.view("");
    const found = new Map<string, readonly StoredSecretRef[]>();
    const latest = new Map<string, Promise<number>>();
    const latestOf = (row: ValueRow): Promise<number> => {
      const at = row.mount + row.path;
      const known = latest.get(at) ?? latestVersion(view, at);
      latest.set(at, known);
      return known;
    };
    for (const hash of new Set(sha256)) {
      if (!/^[0-9a-f]{64}$/i.test(hash)) continue;
      const rows = await rowsOf(view, this.#hmac(Buffer.from(hash, "hex")));
      const refs: StoredSecretRef[] = [];
      for (const row of rows) {
        const home = await this.#home(row, (name) => this.#projects.get(name));
        if (home === null || !isPlain(home, row.field))
          refs.push(refOf(row, home, { current: row.version >= (await latestOf(row)) }));
      }
      refs.sort((a, b) => Number(b.current) - Number(a.current) || b.version - a.version);
      if (refs.length > 0) found.set(hash, refs);
    }
    return found;
  }

  async declare(tx: StorageTransaction, project: DeclaredProject): Promise<void> {
    const root = rootOf(tx);
    const prefix = `${PLACES}${DECLARED_MOUNT}${project.name}/`;
    const first = new Map<string, { readonly home: Home; readonly field: string }>();
    for (const key of await root.keys(prefix)) {
      const path = key.slice(PLACES.length + DECLARED_MOUNT.length, key.lastIndexOf("//"));
      const home = await this.#home({ mount: DECLARED_MOUNT, path }, () => Promise.resolve(project));
      const bytes = home === null ? null : await root.get(key);
      if (home === null || bytes === null) continue;
      for (const [field, hmac] of Object.entries(decodeRow<PlaceRow>(bytes))) {
        if (isPlain(home, field)) continue;
        const other = first.get(hmac);
        if (other === undefined) first.set(hmac, { home, field });
        else if (other.home.environment !== home.environment)
          throw reused(home, field, other.home, other.field);
      }
    }
    root.put(PROJECTS + project.name, encodeRow(project));
  }

  undeclare(tx: StorageTransaction, name: string): Promise<void> {
    rootOf(tx).delete(PROJECTS + name);
    return Promise.resolve();
  }

  async projects(): Promise<DeclaredProject[]> {
    const names = await this.#barrier.view(PROJECTS).keys("");
    const projects = await Promise.all(names.map((name) => this.#projects.get(name)));
    return projects.filter((project) => project !== null);
  }

  clear(): void {
    this.#projects.clear();
  }

  nameOf(rule: string, sha256: string): string {
    return createHmac("sha256", this.#barrier.deriveKey("findings"))
      .update(`${rule}\0`)
      .update(Buffer.from(sha256, "hex"))
      .digest("hex")
      .slice(0, 32);
  }

  async #refuseReuse(root: StorageTransaction, home: Home, field: string, hmac: string): Promise<void> {
    for (const row of await rowsOf(root, hmac)) {
      const other = await this.#home(row, (name) =>
        Promise.resolve(name === home.project.name ? home.project : null),
      );
      if (other !== null && other.environment !== home.environment && !isPlain(other, row.field))
        throw reused(home, field, other, row.field);
    }
  }

  /** Project, environment and secret that a place belongs to by its path; null outside declared environments. */
  async #home(
    place: Pick<ValuePlace, "mount" | "path">,
    project: (name: string) => Promise<DeclaredProject | null>,
  ): Promise<Home | null> {
    if (place.mount !== DECLARED_MOUNT) return null;
    const [name = "", environment = "", ...rest] = place.path.split("/");
    if (name === "" || rest.length === 0) return null;
    const declared = await project(name);
    if (declared === null || !Object.hasOwn(declared.environments, environment)) return null;
    return { project: declared, environment, secret: rest.join("/") };
  }

  /** Of the SHA-256, so that whoever has only that can ask. */
  #hmac(sha256: Buffer): string {
    return createHmac("sha256", this.#barrier.deriveKey("values")).update(sha256).digest("hex");
  }
}

const secretOf = (home: Home) =>
  Object.hasOwn(home.project.secrets, home.secret) ? home.project.secrets[home.secret] : undefined;
const isPlain = (home: Home, field: string): boolean => secretOf(home)?.plain.includes(field) === true;

async function forgetPlace(root: StorageTransaction, place: string): Promise<void> {
  const bytes = await root.get(place);
  if (bytes === null) return;
  for (const [field, hmac] of Object.entries(decodeRow<PlaceRow>(bytes)))
    root.delete(rowKey(hmac, place, field));
  root.delete(place);
}

async function rowsOf(from: StorageReader, hmac: string): Promise<ValueRow[]> {
  const rows: ValueRow[] = [];
  for (const key of await from.keys(`${VALUES}${hmac}/`)) {
    const bytes = await from.get(key);
    if (bytes !== null) rows.push(decodeRow<ValueRow>(bytes));
  }
  return rows;
}

async function readProject(root: StorageTransaction, name: string): Promise<DeclaredProject | null> {
  const bytes = await root.get(PROJECTS + name);
  return bytes === null ? null : decodeRow<DeclaredProject>(bytes);
}

/** The newest version of a place that holds values; what only the index knows is enough to tell a superseded value. */
async function latestVersion(from: StorageReader, place: string): Promise<number> {
  const keys = await from.keys(`${PLACES}${place}//`);
  return keys.reduce((most, key) => Math.max(most, Number(key.slice(key.lastIndexOf("/") + 1))), 0);
}

function refOf(
  row: ValueRow,
  home: Home | null,
  { current }: { readonly current: boolean },
): StoredSecretRef {
  const declared = home === null ? undefined : secretOf(home);
  const stages = Object.entries(home?.project.stages ?? {}).filter(([, { use }]) =>
    use.includes(home?.secret ?? ""),
  );
  const owner = declared?.owner ?? home?.project.owner;
  return {
    project: home?.project.name ?? "",
    environment: home?.environment ?? "",
    secret: home?.secret ?? row.path,
    field: row.field,
    path: row.mount + row.path,
    version: row.version,
    current,
    production: home?.project.environments[home.environment]?.production === true,
    stages: stages.map(([name]) => name).sort(),
    ...(owner === undefined ? {} : { owner }),
    ...(declared?.purpose === undefined ? {} : { purpose: declared.purpose }),
  };
}

function reused(home: Home, field: string, other: Home, otherField: string): BulkheadError {
  const name = (one: Home): string => `${one.project.name}/${one.environment}/${one.secret}`;
  const { project, environment, secret } = home;
  return new BulkheadError("value.reused", {
    project: project.name,
    environment,
    secret,
    field,
    other: name(other),
    otherField,
  });
}
