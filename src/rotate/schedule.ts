/** When a secret's period ends: from its value's age, spread by its path, moved into its environment's window. */
import { nextOpening, parseTimeWindow } from "../core/time-window.ts";
import { fractionOf } from "./retry.ts";

/** Of the period: what was stored on one day does not fall due on one day. Never later than the period says. */
const SPREAD = 0.1;

export interface Period {
  /** `project/environment/secret` */
  readonly path: string;
  /** When the current value was stored; milliseconds since the epoch. */
  readonly since: number;
  readonly every: number;
}

export const dueAt = ({ path, since, every }: Period): number =>
  Math.floor(since + every * (1 - SPREAD * fractionOf(path)));

/** The time itself, or the next opening of the window. A window that cannot be read holds nothing back but `approve` and freezes. */
export function withinWindow(at: number, window: string | undefined): number {
  const parsed = window === undefined ? null : parseTimeWindow(window);
  return parsed === null ? at : nextOpening(parsed, at);
}
