/** Push targets (requirement A6): where jobs take values from when they cannot ask Bulkhead. One file a target, and one line here. */
import { BulkheadError } from "../../core/errors.ts";
import { awsSm } from "./aws-sm.ts";
import { awsSsm } from "./aws-ssm.ts";
import { azureKv } from "./azure-kv.ts";
import { gcpSm } from "./gcp-sm.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { kubernetes } from "./kubernetes.ts";
import type { PushSettings, PushTarget } from "./types.ts";

export type * from "./types.ts";
export { PUSH_TARGETS } from "./ids.ts";

export const pushTargets: readonly PushTarget[] = [awsSm, awsSsm, azureKv, gcpSm, github, gitlab, kubernetes];

export const pushTarget = (id: string): PushTarget | undefined => pushTargets.find((one) => one.id === id);

/** Where it goes, after every setting was looked at. Throws `push.bad-place`. */
export function checkedPlace(target: PushTarget, settings: PushSettings): string {
  const known = [...target.settings.required, ...target.settings.optional];
  const stranger = Object.keys(settings).find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw new BulkheadError("push.bad-place", {
      target: target.id,
      problem: `there is no ${stranger}`,
      expected: known.join(", "),
    });
  return target.place(settings);
}

/** Throws `push.bad-place`. */
export function checkedName({ id, names }: PushTarget, name: string): string {
  if (names.pattern.test(name)) return name;
  throw new BulkheadError("push.bad-place", {
    target: id,
    problem: `${JSON.stringify(name.slice(0, 80))} cannot be a name there`,
    expected: names.expected,
  });
}
