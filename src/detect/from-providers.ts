/** The catalogue's credentials as rules. */
import type { Provider } from "../providers/types.ts";
import type { Rule } from "./types.ts";

export function rulesOf(provider: Provider): Rule[] {
  return provider.credentials.map((credential) => ({
    id: credential.id,
    title: credential.title,
    severity: credential.public === true ? "info" : credential.severity,
    provider: provider.id,
    part: credential.part ?? "value",
    kind: credential.kind ?? provider.kind,
    ...(credential.actsFor === undefined ? {} : { actsFor: credential.actsFor }),
    prefixes: credential.prefixes ?? [],
    rank: credential.needsContext !== true ? 0 : credential.ownName === true ? 0.5 : 1,
    formats: credential.formats,
  }));
}
