/** Credentials that stand as they are in files of infrastructure: by the name of what carries them, and by what cannot be one. */
import { variableMatch } from "./effects/systems.ts";
import type { Value, ValueEntry } from "./model.ts";

const NAMES =
  /^(?:.*_)?(?:password|passwd|secret|secret_key|secret_access_key|client_secret|api_key|apikey|access_token|auth_token|token|private_key|connection_string|secret_string|master_user_password|sas_token|webhook_url)$/;
/** They end like a credential's name and are none. */
const NOT =
  /(?:^|_)(?:public|kms|ssm|name|arn|id|path|ref|type|length|policy|audience|issuer|version|field|key_vault)(?:_|$)/;
const HARMLESS =
  /^(?:|true|false|null|none|yes|no|\d+|arn:.*|[./~].*|.*\$[A-Za-z_({].*|\{\{.*|.*\s.*|[a-z]+:\/\/[^@\s]*|(?:x|test|dummy|fake|example|changeme|change_me|placeholder|password|postgres|root|admin|mysql|redis|rabbitmq|guest|user|dev|local|todo|your|secret|xxx|\*)[\w.*-]{0,16}|<.*>|projects\/.*|vault:.*)$/i;

export interface LiteralFound {
  readonly entry: ValueEntry;
  /** Keys from the top of the value. */
  readonly path: readonly string[];
}

const MAX_DEPTH = 40;

export function literalsIn(value: Value, path: readonly string[] = []): LiteralFound[] {
  if (path.length > MAX_DEPTH) return [];
  if (value.kind === "list") return value.items.flatMap((item) => literalsIn(item, path));
  if (value.kind !== "map") return [];
  return value.entries.flatMap((entry) => {
    if (entry.value.kind !== "text") return literalsIn(entry.value, [...path, entry.key]);
    return isLiteral(entry.key, entry.value.text.value) ? [{ entry, path: [...path, entry.key] }] : [];
  });
}

/** What of a value leads to credentials, everything else left out; null when nothing does. */
export function onlyCredentials(value: Value, depth = 0): Value | null {
  if (depth > MAX_DEPTH || value.kind === "text" || value.kind === "empty") return null;
  if (value.kind === "list") {
    const items = value.items.flatMap((item) => onlyCredentials(item, depth + 1) ?? []);
    return items.length === 0 ? null : { ...value, items };
  }
  const entries = value.entries.flatMap((entry) => {
    if (entry.value.kind === "text") return isLiteral(entry.key, entry.value.text.value) ? [entry] : [];
    const inner = onlyCredentials(entry.value, depth + 1);
    return inner === null ? [] : [{ ...entry, value: inner }];
  });
  return entries.length === 0 ? null : { ...value, entries };
}

/** Whether `name = text` is a credential in the open. */
export function isLiteral(name: string, text: string): boolean {
  const plain = text.trim();
  if (plain.length < 8 || plain.length > 4096 || HARMLESS.test(plain)) return false;
  const snake = name
    .replaceAll(/([a-z\d])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .replaceAll("-", "_");
  if (/^[A-Z][A-Z\d_]*$/.test(name) && variableMatch(name)?.secret === true) return true;
  return NAMES.test(snake) && !NOT.test(snake);
}
