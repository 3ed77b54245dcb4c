/** What every route of the engine works with. */
import type { Clock } from "../../core/clock.ts";
import { IdentityRows } from "../../kernel/identity/rows.ts";
import type { MountContext } from "../../kernel/plugin.ts";
import type { KernelServices } from "../../kernel/services.ts";

export interface Parts {
  readonly rows: IdentityRows;
  readonly clock: Clock;
  readonly services: KernelServices;
}

export const partsOf = ({ services, clock }: MountContext): Parts => ({
  rows: new IdentityRows(services.identity.digest),
  clock,
  services,
});
