/** The one place that knows which stores there are: a file unless an address is given, and an address's scheme says which. */
import { BulkheadError } from "../core/errors.ts";
import type { Store } from "../core/ports/store.ts";
import type { Secret } from "../core/secret.ts";
import { openSqliteStore } from "./sqlite/index.ts";

export interface StorePlace {
  /** The file, where there is no address. */
  readonly path: string;
  /** `scheme://…`; holds a password. */
  readonly address?: Secret | undefined;
}

type Open = (address: Secret) => Promise<Store>;

/** Loaded when asked for: a command on the file must not pay for a database's client. */
const postgres: Open = async (address) => {
  const { openPostgresStore } = await import("./postgres/index.ts");
  return openPostgresStore({ address });
};

const SCHEMES: Readonly<Record<string, Open>> = { postgres, postgresql: postgres };

/** Throws the store's errors, and `store.bad-address`, which does not repeat the address. */
export async function openStore({ path, address }: StorePlace): Promise<Store> {
  if (address === undefined) return openSqliteStore({ path });
  const scheme = /^\s*([a-z]+):\/\//.exec(address.revealText())?.[1] ?? "";
  const open = Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] : undefined;
  if (open === undefined)
    throw new BulkheadError("store.bad-address", { problem: "it does not begin with postgres://" });
  return open(address);
}
