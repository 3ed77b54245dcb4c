/**
 * What a declaration may say but this version cannot hold to yet. Such an entry is no mistake: it is kept and shown by `plan`,
 * and `run` refuses the stage rather than run it with less protection than was declared.
 */
import type { At, Manifest } from "./types.ts";

export interface Unenforceable {
  /** The entry: `stages.serve.broker.OPENAI_API_KEY`. */
  readonly what: string;
  readonly line: number;
  /** Lower case, no full stop. */
  readonly reason: string;
  /** False when leaving it out takes no protection from a run: `plan` shows it, `run` goes on. */
  readonly refuses: boolean;
}

/** For one stage in one environment. Empty for names that the manifest doesn't have. */
export function unenforceable(
  manifest: Manifest,
  stageName: string,
  environmentName: string,
): readonly Unenforceable[] {
  const stage = manifest.stages.find(({ name }) => name === stageName);
  const environment = manifest.environments.find(({ name }) => name === environmentName);
  if (stage === undefined || environment === undefined) return [];
  const out: Unenforceable[] = [];
  const add = (what: string, at: At | undefined, reason: string, refuses = true): void => {
    out.push({ what, line: at?.line ?? stage.at.line, reason, refuses });
  };
  const of = `stages.${stage.name}`;
  for (const { variable, at } of stage.broker)
    add(
      `${of}.broker.${variable}`,
      at,
      "this version has no broker, and a brokered key never becomes a variable",
    );
  return out.filter((one, index) => out.findIndex(({ what }) => what === one.what) === index);
}
