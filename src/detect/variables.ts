/** Which variables of an environment hold a credential: by their name, then by the shape of their value. Names only. */
import type { Kind } from "../core/kinds.ts";
import { credentialForVariable, providerById } from "../providers/lookup.ts";
import type { Provider } from "../providers/types.ts";
import type { Detector } from "./types.ts";

export interface CredentialVariable {
  readonly name: string;
  /** Null where only the name looks like one. */
  readonly provider: Provider | null;
  readonly kind: Kind;
}

/** Null for one that is empty, or that opens nothing by itself (a user name, a region). */
export function credentialVariable(
  name: string,
  value: string,
  detector: Detector,
): CredentialVariable | null {
  if (value === "") return null;
  const byName = credentialForVariable(name);
  if (byName !== null)
    return byName.secret
      ? { name, provider: byName.provider, kind: byName.provider?.kind ?? "generic" }
      : null;
  const matches = detector.scan(Buffer.from(`=${value}`, "utf8"));
  const found = matches.find(({ rule }) => rule.rank < 3 && rule.severity !== "info");
  for (const match of matches) match.value.fill(0);
  if (found === undefined) return null;
  const provider = found.rule.provider === undefined ? undefined : providerById(found.rule.provider);
  return { name, provider: provider ?? null, kind: found.rule.kind };
}

/** Sorted by name. */
export function credentialVariables(
  env: Readonly<Record<string, string | undefined>>,
  detector: Detector,
): CredentialVariable[] {
  return Object.entries(env)
    .flatMap(([name, value = ""]) => credentialVariable(name, value, detector) ?? [])
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
