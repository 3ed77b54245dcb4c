/**
 * The identity store as logins and requests need it. The engine `identity` writes its rows; here they are read. What an entity
 * amounts to is kept as long as the store's stamp stands, so that a request with an entity costs one small row at most after
 * anyone wrote anything, and none while nobody did. A disabled or deleted entity is refused at the next request on every node.
 */
import type { KeyObject } from "node:crypto";
import type { Clock } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import { type Barrier, rootOf } from "../barrier/index.ts";
import type { Storage, StorageTransaction } from "../barrier/index.ts";
import type { AuthGrant, Caller, MountInfo } from "../plugin.ts";
import { RowCache } from "../row-cache.ts";
import type { IdentityService } from "../services.ts";
import { type LoginContext, checkAlias, entityAfterLogin, settleLogin } from "./login.ts";
import { type TokenFacts, openPerson, sealPerson } from "./person.ts";
import { type Digest, IDENTITY_STORAGE, IdentityRows, STAMP, digestWith } from "./rows.ts";
import type { Entity, IdentityView } from "./types.ts";
import { loadView } from "./view.ts";

/** What a login amounts to. */
export interface Login {
  /** Empty: none (yet). */
  readonly entityId: string;
  /** What the entity adds; null: to be asked when `settle` is done. */
  readonly policies: readonly string[] | null;
  /** What must be written together with the login's token; null: nothing. Gives the entity's id. */
  readonly settle: ((tx: StorageTransaction) => Promise<string>) | null;
}

/** Everything read under one stamp. */
interface Generation {
  readonly views: Map<string, IdentityView | null>;
  /** Of logins that changed nothing: alias and what it said → entity. */
  readonly logins: Map<string, string>;
}

const MOST_CACHED = 20_000;
/** In place of an entity's id: the alias is not known. */
const NOBODY = "";
const NOTHING: Login = { entityId: "", policies: [], settle: null };

export class Identities implements IdentityService {
  readonly #barrier: Barrier;
  readonly #clock: Clock;
  readonly #rows: IdentityRows;
  readonly #stamps: RowCache<Generation>;
  /** The last view of each entity, so that one that did not change stays the same object. */
  readonly #before = new Map<string, { readonly text: string; readonly view: IdentityView }>();
  readonly digest: Digest;

  constructor(barrier: Barrier, clock: Clock) {
    this.#barrier = barrier;
    this.#clock = clock;
    this.digest = digestWith(() => barrier.deriveKey("identity"));
    this.#rows = new IdentityRows(this.digest);
    this.#stamps = new RowCache(barrier, IDENTITY_STORAGE, () => ({ views: new Map(), logins: new Map() }));
  }

  async view(entityId: string, seen?: string): Promise<IdentityView | null> {
    return entityId === "" ? null : await this.#viewIn(await this.#stamps.get(STAMP, seen), entityId);
  }

  async #viewIn({ views }: Generation, entityId: string): Promise<IdentityView | null> {
    const known = views.get(entityId);
    if (known !== undefined) return known;
    const view = this.#settled(entityId, await loadView(this.#storage(), entityId));
    if (views.size >= MOST_CACHED) views.clear();
    views.set(entityId, view);
    return view;
  }

  async policies(entityId: string): Promise<readonly string[]> {
    return (await this.view(entityId))?.policies ?? [];
  }

  /** The caller's entity, null without one. Throws `identity.refused` for one that is disabled or gone. */
  async of(caller: Pick<Caller, "entityId">, seen?: string): Promise<IdentityView | null> {
    if (caller.entityId === "") return null;
    const view = await this.view(caller.entityId, seen);
    if (view === null || view.disabled) throw new BulkheadError("identity.refused");
    return view;
  }

  /**
   * Who logs in. Service tokens: an unknown alias makes an entity. Batch tokens leave no trace: an unknown alias stays without
   * one; only groups and metadata that changed are written. Throws `identity.refused` for a disabled entity.
   */
  async login(grant: AuthGrant, mount: MountInfo | undefined): Promise<Login | null> {
    const { alias } = grant;
    if (alias === undefined || mount === undefined) return null;
    checkAlias(alias);
    const context: LoginContext = {
      rows: this.#rows,
      accessor: mount.accessor,
      alias,
      now: this.#clock.now(),
    };
    const generation = await this.#stamps.get(STAMP);
    const { logins } = generation;
    const said = JSON.stringify([mount.accessor, alias.name, alias.metadata, alias.groups ?? []]);
    const known = logins.get(said);
    const unchanged = async (entityId: string): Promise<Login> => {
      const view = await this.#viewIn(generation, entityId);
      return { entityId, policies: view?.policies ?? [], settle: null };
    };
    if (known === NOBODY && grant.type === "batch") return NOTHING;
    if (known !== undefined && known !== NOBODY) return await unchanged(known);
    const found = await this.#rows.entityOfAlias(this.#storage(), mount.accessor, alias.name);
    if (found === null && grant.type === "batch") {
      remember(logins, said, NOBODY);
      return NOTHING;
    }
    if (found === null) return { entityId: "", policies: null, settle: this.#settling(context) };
    refuseDisabled(found);
    if ((await entityAfterLogin(this.#storage(), found, context)) !== found)
      return { entityId: found.id, policies: null, settle: this.#settling(context) };
    remember(logins, said, found.id);
    return await unchanged(found.id);
  }

  personClaim({ actor, principal }: Caller, facts: TokenFacts): string | null {
    return actor === "person" ? sealPerson(this.#personKey(), principal, facts) : null;
  }

  personOf(claim: unknown, facts: TokenFacts): string | null {
    return openPerson(this.#personKey(), claim, facts);
  }

  clear(): void {
    this.#stamps.clear();
    this.#before.clear();
  }

  #settling(context: LoginContext): NonNullable<Login["settle"]> {
    return async (tx) => {
      const entity = await settleLogin(rootOf(tx).scope(IDENTITY_STORAGE), context);
      refuseDisabled(entity);
      return entity.id;
    };
  }

  #settled(id: string, view: IdentityView | null): IdentityView | null {
    if (view === null) return null;
    const text = JSON.stringify(view);
    const before = this.#before.get(id);
    if (before?.text === text) return before.view;
    if (this.#before.size >= MOST_CACHED) this.#before.clear();
    this.#before.set(id, { text, view });
    return view;
  }

  #personKey(): KeyObject {
    return this.#barrier.deriveKey("identity-person");
  }

  #storage(): Storage {
    return this.#barrier.view(IDENTITY_STORAGE);
  }
}

function remember(logins: Map<string, string>, said: string, entityId: string): void {
  if (logins.size >= MOST_CACHED) logins.clear();
  logins.set(said, entityId);
}

function refuseDisabled(entity: Entity): void {
  if (entity.disabled) throw new BulkheadError("identity.refused");
}
