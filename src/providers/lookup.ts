/** Questions to the catalogue: by id or alias, by variable, by package; and what a name alone says. */
import { allProviders } from "./all.ts";
import type { Part, Provider } from "./types.ts";

const VALUE: readonly Part[] = [{ name: "value", secret: true }];
const packageKey = (name: string): string => name.toLowerCase().replace(/_/g, "-");
const wordKey = (name: string): string => name.toUpperCase().replace(/[^A-Z0-9]/g, "_");

interface Tables {
  readonly byId: ReadonlyMap<string, Provider>;
  readonly byVariable: ReadonlyMap<string, { readonly provider: Provider; readonly part: string }>;
  readonly byPackage: ReadonlyMap<string, Provider>;
  readonly byWord: ReadonlyMap<string, Provider>;
}

let made: Tables | null = null;
const tables = (): Tables => (made ??= makeTables());

function makeTables(): Tables {
  const byId = new Map<string, Provider>();
  const byVariable = new Map<string, { readonly provider: Provider; readonly part: string }>();
  const byPackage = new Map<string, Provider>();
  const byWord = new Map<string, Provider>();
  for (const provider of allProviders()) {
    for (const name of [provider.id, ...(provider.aliases ?? [])]) {
      byId.set(name, provider);
      if (name.length > 2) byWord.set(wordKey(name), provider);
    }
    for (const [variable, part] of Object.entries(provider.variables))
      byVariable.set(variable, { provider, part });
    for (const name of [...(provider.packages.python ?? []), ...(provider.packages.npm ?? [])])
      if (!byPackage.has(packageKey(name))) byPackage.set(packageKey(name), provider);
  }
  return { byId, byVariable, byPackage, byWord };
}

/** By id or alias; undefined for a stranger. */
export function providerById(id: string): Provider | undefined {
  return tables().byId.get(id);
}

/** Ids and aliases, for "did you mean". */
export function providerNames(): readonly string[] {
  return [...tables().byId.keys()];
}

/** The parts one credential of this provider consists of. */
export function fieldsOf(provider: Provider): readonly Part[] {
  return provider.parts ?? VALUE;
}

/** The provider whose documentation names this variable, or whose name is in it; undefined when nobody's is. */
export function providerForVariable(name: string): Provider | undefined {
  return credentialForVariable(name)?.provider ?? undefined;
}

export interface VariableMatch {
  /** Null when the name looks like a credential's but says nobody's. */
  readonly provider: Provider | null;
  readonly part: string;
  /** False for a part that opens nothing (a user name, a region). */
  readonly secret: boolean;
  /** True when the variable is one that the vendor documents. */
  readonly confident: boolean;
}

/** What a variable of this name holds; null when it does not look like a credential. */
export function credentialForVariable(name: string): VariableMatch | null {
  const known = tables().byVariable.get(name);
  if (known !== undefined)
    return { ...known, secret: isSecretPart(known.provider, known.part), confident: true };
  if (!looksLikeCredentialName(name)) return null;
  const words = wordKey(name);
  for (const [variable, found] of tables().byVariable)
    if (variable.length > 6 && `_${words}_`.includes(`_${variable}_`))
      return { ...found, secret: isSecretPart(found.provider, found.part), confident: false };
  const provider = providerInName(words);
  if (provider === null) return { provider: null, part: "value", secret: true, confident: false };
  // A key of a provider with several parts: which part, the name does not say for certain.
  const secrets = fieldsOf(provider).filter((part) => part.secret);
  return { provider, part: secrets[0]?.name ?? "value", secret: true, confident: false };
}

function isSecretPart(provider: Provider, part: string): boolean {
  return fieldsOf(provider).some(({ name, secret }) => name === part && secret);
}

function providerInName(words: string): Provider | null {
  const { byWord } = tables();
  let best: string | null = null;
  for (const word of byWord.keys())
    if (`_${words}_`.includes(`_${word}_`) && word.length > (best?.length ?? 0)) best = word;
  return best === null ? null : (byWord.get(best) ?? null);
}

/** By a Python import or distribution name, or an npm package name; submodules and subpaths count (`google.cloud.storage`, `openai/azure`). */
export function providerForPackage(name: string): Provider | undefined {
  if (name.length > 200) return undefined;
  for (
    let key = packageKey(name);
    key !== "";
    key = key.slice(0, Math.max(0, key.lastIndexOf("."), key.lastIndexOf("/")))
  ) {
    const found = tables().byPackage.get(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

const LAST_WORDS = new Set([
  ..."KEY TOKEN SECRET PASSWORD PASSWD PASSPHRASE PASS PWD CREDENTIAL CREDENTIALS CREDS DSN PAT JWT WEBHOOK APIKEY".split(
    " ",
  ),
]);
const PAIRS =
  /(?:API_?KEY|ACCESS_?KEY|SECRET_?KEY|PRIVATE_?KEY|AUTH_?TOKEN|ACCESS_?TOKEN|CLIENT_?SECRET|CONNECTION_?STRING|DATABASE_UR[IL]|DB_UR[IL]|REDIS_UR[IL]|MONGO(?:DB)?_UR[IL]|WEBHOOK_URL|PASSWORD|SECRET)/;
const SECOND_WORDS =
  /(?:TOKEN|SECRET|PASSWORD|KEY)_(?:\d+|DEV|STAGING|PROD|PRODUCTION|TEST|OLD|NEW|VALUE|PRIMARY|SECONDARY|BACKUP)$/;
const HARMLESS =
  /(?:^PWD$|^OLDPWD$|TOKENI[SZ]|MAX_?(?:NEW_)?TOKENS|TOKENS?_(?:LIMIT|COUNT|TYPE|IDS?|BUDGET|PER)|PUBLIC_?KEY|PUB_?KEY|KEY_?ID$|(?:CACHE|SORT|PRIMARY|PARTITION|FOREIGN|GROUP|HOT|MAP|DICT)_?KEY$|(?:^|_)(?:NAME|PATH|FILE|DIR|URL|URI|HOST|ARN|ID|TTL|EXPIRY|LENGTH|SIZE|ENABLED|TYPE|HASH|PREFIX|TIMEOUT|FORMAT|ALGORITHM)$|KEYBOARD|KEYWORD|^KEY$|COLOR|BYPASS$|COMPASS$)/;
const STILL = /(?:DATABASE_UR[IL]|DB_UR[IL]|REDIS_UR[IL]|MONGO(?:DB)?_UR[IL]|WEBHOOK_URL)$/;

/** True for names such as `ACME_API_KEY`, `dbPassword`, `SLACK_WEBHOOK_URL`; false for `MAX_TOKENS`, `SORT_KEY`, `AWS_ACCESS_KEY_ID`. */
export function looksLikeCredentialName(name: string): boolean {
  if (name.length > 200) return false;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_");
  if (STILL.test(words)) return true;
  if (HARMLESS.test(words)) return false;
  return (
    LAST_WORDS.has(words.slice(words.lastIndexOf("_") + 1)) || PAIRS.test(words) || SECOND_WORDS.test(words)
  );
}
