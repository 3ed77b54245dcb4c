/** Rotations as the API shows them, and as lines for people. */
import { BulkheadError } from "../../core/errors.ts";
import type { ApiClient } from "../../client/index.ts";
import type { Context } from "../context.ts";

export const AT = "bulkhead/rotations";

export interface Shown {
  readonly id: string;
  readonly project: string;
  readonly environment: string;
  readonly secret: string;
  readonly provider: string;
  readonly driver: string;
  readonly state: string;
  readonly started: string;
  readonly ended: string | null;
  readonly by: string;
  readonly reason: string;
  readonly old_version: number;
  readonly new_version: number | null;
  readonly page: string;
  readonly next_try: string | null;
  readonly checks: readonly string[];
  readonly consumers: readonly string[];
  readonly orphans: readonly string[];
  readonly problem: string;
  readonly steps: readonly {
    readonly step: string;
    readonly state: string;
    readonly time: string;
    readonly note: string;
  }[];
}

/** Throws `rotation.unknown`. */
export async function shownRotation(client: ApiClient, id: string): Promise<Shown> {
  const data = await client.read(`${AT}/${encodeURIComponent(id)}`);
  if (data === null) throw new BulkheadError("rotation.unknown", { id: id.slice(0, 40) });
  return data as unknown as Shown;
}

export const nameOf = ({ secret, environment }: Pick<Shown, "secret" | "environment">): string =>
  `${secret} in ${environment}`;

export function printSteps({ out }: Context, shown: Shown): void {
  out.print(`${nameOf(shown)}: ${shown.state}${shown.problem === "" ? "" : ` (${shown.problem})`}\n`);
  out.table(
    ["step", "state", "time", "note"],
    shown.steps.map(({ step, state, time, note }) => [step, state, time, note]),
  );
  if (shown.orphans.length > 0) out.warn(`left at the provider: ${shown.orphans.join(", ")}`);
}

/** Done, on its way (the new one stands, the old one is about to end), waiting for somebody or for another try, failed. */
export type Verdict = "done" | "under-way" | "waits" | "failed";

export function verdictOf({ state, next_try: next }: Shown): Verdict {
  if (state === "done") return "done";
  if (state === "rolled-back" || state === "failed-needs-person") return "failed";
  const stands = state === "grace" || ((state === "revoking" || state === "proving") && next !== null);
  return stands ? "under-way" : "waits";
}

/** One is as bad as all: 1 failed, 4 somebody is waited for. */
export const exitOf = (verdicts: readonly Verdict[]): number =>
  verdicts.includes("failed") ? 1 : verdicts.includes("waits") ? 4 : 0;
