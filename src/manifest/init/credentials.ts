/** Variables → secrets: which belong to one credential, and what each is called. */
import { asName } from "../check.ts";
import { credentialForVariable, fieldsOf, providerById } from "../../providers/lookup.ts";
import type { EnvVariable } from "./env-file.ts";

export interface FoundSecret {
  readonly name: string;
  /** Provider's id; null when neither a name nor a value tells. */
  readonly provider: string | null;
  /** Variable → field. */
  readonly variables: ReadonlyMap<string, string>;
}

interface Candidate {
  readonly variable: string;
  readonly provider: string | null;
  readonly part: string;
  readonly secret: boolean;
  /** Equal for variables of `.env` files with the same value; empty when not known. */
  readonly same: string;
}

/** In order of the first variable of each. Parts that are no secret (a user name) join a credential but never make one. */
export function groupCredentials(
  names: readonly string[],
  env: readonly EnvVariable[],
): readonly FoundSecret[] {
  const candidates = names.flatMap((name): Candidate[] => {
    const candidate = candidateOf(
      name,
      env.filter((one) => one.name === name),
    );
    return candidate === null ? [] : [candidate];
  });
  const groups: { provider: string | null; members: Candidate[] }[] = [];
  for (const candidate of candidates.filter(({ secret }) => secret)) {
    const { provider, part } = candidate;
    const twin = groups.flatMap(({ members }) => members).find((member) => isTwin(member, candidate));
    const group = groups.find(({ provider: other, members }) =>
      twin !== undefined
        ? members.includes(twin)
        : provider !== null && provider === other && !members.some((member) => member.part === part),
    );
    if (group === undefined) groups.push({ provider, members: [candidate] });
    else group.members.push({ ...candidate, part: twin?.part ?? part });
  }
  for (const candidate of candidates.filter(({ secret }) => !secret))
    groups
      .find(({ provider }) => provider !== null && provider === candidate.provider)
      ?.members.push(candidate);
  const taken = new Set<string>();
  return groups.map(({ provider, members }) => {
    const name = freeName(provider, members[0]?.variable ?? "", taken);
    taken.add(name);
    const inOrder = members.sort((a, b) => names.indexOf(a.variable) - names.indexOf(b.variable));
    return { name, provider, variables: new Map(inOrder.map(({ variable, part }) => [variable, part])) };
  });
}

/** The same value under another name; never for two providers, whose placeholders (`changeme`) may be equal. */
function isTwin(member: Candidate, { provider, part, same }: Candidate): boolean {
  if (same === "" || member.same !== same) return false;
  return provider === null || (provider === member.provider && part === member.part);
}

function candidateOf(variable: string, env: readonly EnvVariable[]): Candidate | null {
  const byName = credentialForVariable(variable);
  const byValue = env.find(({ recognised }) => recognised !== null)?.recognised ?? null;
  const same = env.find((one) => one.same !== "")?.same ?? "";
  if (
    byName?.confident === true &&
    byName.provider !== null &&
    (byValue === null || byValue.provider === byName.provider.id)
  )
    return { variable, provider: byName.provider.id, part: byName.part, secret: byName.secret, same };
  if (byValue !== null) {
    const provider = providerById(byValue.provider);
    const known = provider !== undefined && fieldsOf(provider).some(({ name }) => name === byValue.part);
    return { variable, provider: byValue.provider, part: known ? byValue.part : "value", secret: true, same };
  }
  if (byName === null) return null;
  return { variable, provider: byName.provider?.id ?? null, part: byName.part, secret: byName.secret, same };
}

const ENDINGS =
  /(?:^|_)(?:API|ACCESS|AUTH|SECRET|PRIVATE|KEY|TOKEN|PASSWORD|PASSWD|PASS|PWD|CREDENTIALS?|URL|URI|DSN|APIKEY)$/;

/** The provider's id; for a second credential of it, or a stranger's, what is left of the variable's name. */
function freeName(provider: string | null, variable: string, taken: ReadonlySet<string>): string {
  let stem = variable.toUpperCase();
  while (ENDINGS.test(stem) && stem.replace(ENDINGS, "") !== "") stem = stem.replace(ENDINGS, "");
  const whole = asName(variable);
  const own = [provider ?? "", asName(stem), whole].filter((name) => name !== "" && !taken.has(name));
  // A stranger's credential must not bear a provider's name: a stage that says it would get that provider's variables.
  const choice = own.find((name) => name === provider || providerById(name) === undefined);
  if (choice !== undefined) return choice;
  for (let number = 2; ; number++) {
    const name = `${whole.slice(0, 58) || "secret"}-${number}`;
    if (!taken.has(name)) return name;
  }
}
