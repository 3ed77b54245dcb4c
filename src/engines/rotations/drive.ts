/** A rotation is begun, taken further and turned back here: the state machine over this store, the declared driver and its provider. */
import { setTimeout as sleep } from "node:timers/promises";
import { BulkheadError } from "../../core/errors.ts";
import type { Secret } from "../../core/secret.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import type { MountContext } from "../../kernel/plugin.ts";
import { http } from "../../managers/http.ts";
import { providerById } from "../../providers/lookup.ts";
import type { Provider } from "../../providers/types.ts";
import { driverById, driverFor } from "../../rotate/drivers/index.ts";
import type { DriverContext } from "../../rotate/drivers/types.ts";
import { advance } from "../../rotate/machine.ts";
import { keep, partsOf, wipeAll } from "../../rotate/steps.ts";
import type { MachinePorts, Row } from "../../rotate/types.ts";
import { declared, ownClient, ownRights, runningWith, secretStore } from "./own.ts";
import { type HandleRow, type Place, Working, activeId, newId, placeOf, putRow, readJson } from "./rows.ts";
import { refuseFrozen } from "./freeze.ts";

/** Milliseconds between quick tries: a new key that a provider's other servers do not know yet, an old one that they still do. */
const PACE = [200, 400, 800, 1_600, 3_000];

export interface Start extends Place {
  readonly reason: string;
  readonly finding: string;
  readonly by: string;
  readonly principal: string;
  /** Milliseconds, in place of the declared one. */
  readonly grace?: number | undefined;
  /** The old one's handle at the provider, where it cannot be told. */
  readonly handle: string;
  /** Throws where the caller may not say what the old key is called; asked only where they do. */
  readonly mayName?: (minter: string | undefined) => Promise<void>;
  /** The root of this store: nobody else has to agree. */
  readonly unasked?: boolean;
}

/** Throws `rotation.not-declared`, `rotation.no-secret`, `rotation.active`, `rotation.frozen`, `rotation.bad-driver`. */
export async function start(context: MountContext, storage: Storage, wish: Start): Promise<Row> {
  const { clock } = context;
  const client = ownClient(context);
  const { secret, environment } = await declared(client, wish);
  await refuseFrozen(storage, wish.project, clock.now());
  const current = await secretStore(client, wish).read();
  if (current === null)
    throw new BulkheadError("rotation.no-secret", {
      secret: wish.secret,
      environment: wish.environment,
      project: wish.project,
    });
  try {
    const provider = providerOf(secret.provider, secret.name);
    const driver = driverFor(provider, secret.settings, current.parts);
    if (driverById(driver) === undefined)
      throw new BulkheadError("rotation.bad-driver", {
        secret: secret.name,
        problem: `there is no driver ${driver}`,
      });
    if (wish.handle !== "") await wish.mayName?.(secret.settings.with);
    const now = clock.now();
    const id = newId(now);
    const approvalsNeeded = environment.approve;
    const row: Row = {
      ...{ id, project: wish.project, environment: wish.environment, secret: wish.secret },
      ...{ provider: secret.provider, driver, state: approvalsNeeded > 0 ? "approval" : "creating" },
      ...{ started: now, ended: null, by: wish.by, principal: wish.principal },
      ...{ reason: wish.reason, finding: wish.finding },
      settings: { ...secret.settings, grace: wish.grace ?? secret.settings.grace },
      name: `bulkhead-${id}`,
      ...{ oldVersion: current.version, newVersion: null, old: keep(current.parts), next: null },
      ...{ oldHandle: wish.handle, handle: "", before: null, orphans: [], begun: false, oldVerdict: "" },
      checks: secret.stages.filter(({ check }) => check).map(({ name }) => name),
      ...{
        consumers: [],
        failures: 0,
        nextTry: null,
        approvals: [],
        approvalsNeeded,
        problem: "",
        steps: [],
      },
    };
    await storage.transaction(async (tx) => {
      const other = await activeId(tx, wish);
      if (other !== null)
        throw new BulkheadError("rotation.active", {
          secret: wish.secret,
          environment: wish.environment,
          id: other,
        });
      const known = await readJson<HandleRow>(tx, `handle/${placeOf(wish)}`);
      const oldHandle = row.oldHandle || (known?.version === current.version ? known.handle : "");
      await putRow(tx, { ...row, oldHandle }, now);
    });
    return row;
  } finally {
    wipeAll(current.parts);
  }
}

/** A stand-in for secrets without a declared provider: a person rotates them, and nothing can be asked. */
function providerOf(id: string, name: string): Provider {
  return (
    providerById(id) ?? {
      ...{ id: "", title: name, kind: "generic", website: "", docs: "", credentials: [], variables: {} },
      ...{ hosts: [], packages: {}, rotate: { by: "person" } },
    }
  );
}

/** As far as it goes now. `change` is made first, under the claim; it may refuse. */
export async function drive(
  context: MountContext,
  storage: Storage,
  id: string,
  change: (row: Row) => Row = (row) => row,
): Promise<Row> {
  const working = new Working(storage, id, () => context.clock.now());
  const found = await working.begin();
  try {
    const changed = change(found);
    const row = changed === found ? found : await working.save(changed);
    return await advance(row, portsOf(context, working, row));
  } finally {
    await working.end();
  }
}

function portsOf(context: MountContext, working: Working, of: Row): MachinePorts {
  const { clock, services } = context;
  const client = ownClient(context);
  const driver = driverById(of.driver);
  if (driver === undefined)
    throw new BulkheadError("rotation.bad-driver", {
      secret: of.secret,
      problem: `there is no driver ${of.driver}`,
    });
  const provider = providerOf(of.provider, of.secret);
  return {
    ...{ clock, driver },
    store: secretStore(client, of),
    save: (row) => working.save(row),
    context: (row) => contextOf(context, provider, row),
    push: (value) =>
      services.rotation.push?.(`secret/${placeOf(of)}`, of.environment, value, ownRights(context)) ??
      Promise.resolve([]),
    consumers: () => consumersOf(context, of),
    pace: services.rotation.pace ?? PACE,
    sleep: async (ms) => void (await sleep(ms)),
  };
}

async function contextOf(context: MountContext, provider: Provider, row: Row): Promise<DriverContext> {
  const { settings, secret, name } = row;
  const minter = settings.with === undefined ? null : await minterOf(context, row, settings.with, provider);
  const { url, script, webhook } = settings;
  return {
    ...{ provider, secret, name, minter, url, script, webhook },
    old: partsOf(row.old),
    scripts: context.services.rotation.scripts === true,
    send: ({ url: address, method, headers, body, signal, most, timeout }) =>
      http({ url: address, method, headers, signal, most, timeout, ...(body !== undefined && { body }) }),
  };
}

async function minterOf(
  context: MountContext,
  row: Row,
  name: string,
  provider: Provider,
): Promise<ReadonlyMap<string, Secret>> {
  const found = await secretStore(ownClient(context), { ...row, secret: name }).read();
  if (found === null)
    throw new BulkheadError("rotation.no-minter", {
      provider: provider.title,
      secret: row.secret,
      part: `${name}.value`,
    });
  return found.parts;
}

/** Stages that use it by the declaration, and runs that hold it now. */
async function consumersOf(context: MountContext, row: Row): Promise<readonly string[]> {
  const client = ownClient(context);
  const found = await declared(client, row).catch(() => null);
  const stages = found?.secret.stages.map(({ name }) => name) ?? [];
  return [...stages.map((name) => `stage ${name}`), ...(await runningWith(client, row, stages))];
}
