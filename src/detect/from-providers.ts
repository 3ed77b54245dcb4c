/** The catalogue's credentials as rules. */
import type { CredentialType, Provider } from "../providers/types.ts";
import { genericRules } from "./rules/index.ts";
import type { Rule } from "./types.ts";

/** The rules that need no file of the user's. */
export const builtinRules = (providers: readonly Provider[]): Rule[] => [
  ...providers.flatMap(rulesOf),
  ...genericRules,
];

export function rulesOf(provider: Provider): Rule[] {
  const needed = new Set(provider.credentials.map((credential) => needsOf(provider, credential)?.part));
  return provider.credentials.map((credential) => {
    const needs = needsOf(provider, credential);
    const part = credential.part ?? "value";
    return {
      id: credential.id,
      title: credential.title,
      severity: credential.public === true ? "info" : credential.severity,
      provider: provider.id,
      part,
      ...(needs === null ? {} : { needs }),
      ...(needed.has(part) ? { completes: true } : {}),
      kind: credential.kind ?? provider.kind,
      ...(credential.actsFor === undefined ? {} : { actsFor: credential.actsFor }),
      prefixes: credential.prefixes ?? [],
      rank: credential.needsContext !== true ? 0 : credential.ownName === true ? 0.5 : 1,
      formats: credential.formats,
    };
  });
}

/** What a part goes with; null for what is made to be public, and for a secret of which nothing is said. */
function needsOf(
  { parts = [], credentials }: Provider,
  credential: CredentialType,
): NonNullable<Rule["needs"]> | null {
  const own = parts.find(({ name }) => name === (credential.part ?? "value"));
  if (own === undefined || credential.public === true || (own.secret && own.needs === undefined)) return null;
  const secrets = parts.filter(({ secret }) => secret);
  const part = own.needs ?? (secrets.length === 1 ? secrets[0]?.name : undefined);
  if (part === undefined) return null;
  const words = part.replaceAll("_", " ");
  const called = credentials.find((one) => (one.part ?? "value") === part)?.title;
  const name = part === "value" ? (called ?? "secret") : words;
  const title = `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
  return { part, title, ...(own.secret ? { alone: true } : {}) };
}
