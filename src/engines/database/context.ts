/** What the engine's parts share within one mount and process. */
import type { Clock } from "../../core/clock.ts";
import type { MountContext } from "../../kernel/plugin.ts";
import type { Connections } from "./connections.ts";

export interface DatabaseContext {
  readonly clock: Clock;
  readonly connections: Connections;
  readonly mount: MountContext;
  /** For the operator alone: names and error codes. */
  warn(event: string, fields: Readonly<Record<string, string | number>>): void;
}
