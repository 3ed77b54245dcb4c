/** What the engine's parts share within one mount and process. */
import type { Clock } from "../../core/clock.ts";
import type { MountContext } from "../../kernel/plugin.ts";

export interface AwsContext {
  readonly clock: Clock;
  readonly mount: MountContext;
  /** For the operator alone: names and error codes. */
  warn(event: string, fields: Readonly<Record<string, string | number>>): void;
}
