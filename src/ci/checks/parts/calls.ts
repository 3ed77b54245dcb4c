/** What a reusable workflow reads of the secrets it is handed. */
import type { Workflow } from "../../model.ts";

export interface SecretReads {
  /** Upper case. */
  readonly names: ReadonlySet<string>;
  /** All of them, or one chosen at run time. */
  readonly any: boolean;
}

export function secretReads({ jobs }: Workflow): SecretReads {
  const names = new Set<string>();
  let any = false;
  for (const { credentials } of jobs)
    for (const { kind, name } of credentials) {
      if (kind === "all-secrets" || kind === "dynamic-secret") any = true;
      else if (kind === "secret" && name !== null) names.add(name);
    }
  return { names, any };
}

/** It can be started by a call alone: what it gets is what callers hand it. */
export const isOnlyCalled = ({ callable, triggers }: Workflow): boolean =>
  callable !== null && triggers.every(({ event }) => event === "workflow_call");
