/** What jobs take out of a value and print by itself: the strings of a JSON text, the password of an address, the parts of a token. */
import { isUtf8 } from "node:buffer";
import { isCommon } from "./common.ts";
import { trim } from "./forms.ts";

/** The shortest line of a longer value that is masked by itself. */
export const SHORTEST_LINE = 8;
const SHORTEST_LEAF = 6;
const ARMOUR = /^-----(BEGIN|END) [A-Z0-9 ]+-----$/;

const latin = (text: string): Buffer => Buffer.from(text, "latin1");

/** The value itself and its leaves, searched for in every form. */
export function leaves(value: Buffer): Buffer[] {
  const whole = value.toString("latin1");
  const bare = trim(whole);
  const out = [
    whole,
    ...(/^[{[]/.test(bare) && isUtf8(value) ? jsonLeaves(value.toString("utf8")) : []),
    ...addressLeaves(bare),
    ...settingLeaves(bare),
    ...tokenLeaves(bare),
  ];
  return [...new Set(out.flatMap((leaf) => [leaf, trim(leaf)]))].map(latin);
}

/** Lines of a value of several lines, searched for as they are; armour lines hold nothing secret. */
export function lines(value: Buffer): Buffer[] {
  const parts = value.toString("latin1").split(/\r?\n/);
  if (parts.length < 2) return [];
  return parts
    .map((line) => trim(line))
    .filter((line) => line.length >= SHORTEST_LINE && !ARMOUR.test(line) && !isCommon(line))
    .map(latin);
}

/** The password of an address, as it stands and decoded, and both parts together, which Basic authentication encodes. */
function addressLeaves(value: string): string[] {
  const [, user, password] = /^[a-z][a-z0-9+.-]*:\/\/([^\s:@/]*):([^\s@/]+)@/i.exec(value) ?? [];
  if (user === undefined || password === undefined) return [];
  const out = [password, `${user}:${password}`];
  const plain = decodePercent(password);
  return plain === password ? out : [...out, plain, `${decodePercent(user)}:${plain}`];
}

const SECRET_SETTING =
  /(?:^|[\s;&?])(?:[\w.-]*(?:password|passwd|pwd|secret|token|accountkey|accesskey|apikey|api_key|sig))\s*=\s*(?:'([^']*)'|"([^"]*)"|([^\s;&'"]+))/gi;

/** Of `host=… password=…`, `Server=…;Pwd=…` and an address's parameters those that are secret by name. */
function settingLeaves(value: string): string[] {
  return [...value.matchAll(SECRET_SETTING)].flatMap(([, single, double, bare]) => {
    const leaf = single ?? double ?? bare ?? "";
    return isLeaf(leaf) ? [leaf, decodePercent(leaf)] : [];
  });
}

/** The payload and the signature of a JWT; its head says nothing. */
function tokenLeaves(value: string): string[] {
  const [, payload, signature] = /^eyJ[\w-]{8,}\.([\w-]{16,})\.([\w-]{16,})$/.exec(value) ?? [];
  return payload === undefined || signature === undefined ? [] : [payload, signature];
}

function decodePercent(encoded: string): string {
  return encoded.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

const isLeaf = (leaf: string): boolean => leaf.length >= SHORTEST_LEAF && !isCommon(leaf);

/** Names under which a JSON text keeps what is not secret: masking it would only make output unreadable. */
const PLAIN_NAME =
  /^(.*_)?(type|kind|name|user|username|email|host|hostname|port|region|zone|location|project|project_id|tenant|tenant_id|account|account_id|database|dbname|db|schema|engine|driver|version|url|uri|endpoint|domain|universe_domain|scope|scopes|issuer|audience|alg|algorithm|kid|format|description|expires|expires_at|created|created_at)$|(Url|Uri|Name|Host|Region|Endpoint|Type|Email|Version)$/;

/** Strings inside a JSON text, as latin1 text of their UTF-8 bytes; names, addresses and what says what it is are left out. */
function jsonLeaves(source: string): string[] {
  const out: string[] = [];
  try {
    JSON.parse(source, (key: string, leaf: unknown) => {
      if (typeof leaf !== "string" || PLAIN_NAME.test(key)) return leaf;
      if (isLeaf(leaf) && !/^https?:\/\/[^@]*$|^[\w.+-]+@[\w.-]+$/.test(leaf))
        out.push(Buffer.from(leaf, "utf8").toString("latin1"));
      return leaf;
    });
  } catch {
    // not JSON after all: the whole value is still masked
  }
  return out;
}
