/** In which order secrets are replaced: what does the most harm first. */
import type { ReachedSecret } from "./types.ts";

/** Kinds by what an attacker does with them; unknown ones stand before the last. */
const HARM: readonly string[] = [
  "service-account",
  "cloud",
  "source-control",
  "signing",
  "package-registry",
  "database",
  "model-registry",
  "training-data",
  "object-store",
  "vector-database",
  "model-api",
  "embedding",
  "webhook",
  "experiment-tracker",
  "observability",
];

const harmOf = ({ kind }: ReachedSecret): number => {
  const at = HARM.indexOf(kind);
  return at < 0 ? HARM.length - 2 : at;
};

/** Production before all else, then by kind, then what most stages use; names decide what is equal. */
export const byBlastRadius = (secrets: readonly ReachedSecret[]): ReachedSecret[] =>
  [...secrets].sort(
    (a, b) =>
      Number(b.production) - Number(a.production) ||
      harmOf(a) - harmOf(b) ||
      b.stages.length - a.stages.length ||
      compare(`${a.project}/${a.environment}/${a.name}`, `${b.project}/${b.environment}/${b.name}`),
  );

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
