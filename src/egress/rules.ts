/**
 * Which hosts a job may reach. An entry is a name, `*.` and a name (every name below it, not itself), an address or a network, each
 * with or without `:port`; without one it means 443 and 80. An entry that is an address or a network also says into which private
 * addresses the declared names may lead. Names are compared as `node:url` writes them, so that another spelling is the same host.
 */
import { BlockList, isIP } from "node:net";
import { domainToASCII } from "node:url";
import { BulkheadError } from "../core/errors.ts";
import { isForbiddenAddress } from "../core/destination.ts";

export const WEB_PORTS: readonly number[] = [443, 80];

interface Entry {
  readonly text: string;
  /** Null: the usual ports of the web. */
  readonly port: number | null;
  readonly matches: (host: string) => boolean;
}

export interface Verdict {
  readonly allowed: boolean;
  /** The entry gives the port itself: whoever declared it knows that this is no web server. */
  readonly portDeclared: boolean;
}

export interface EgressRules {
  /** As given, for receipts. */
  readonly entries: readonly string[];
  /** `host` as `canonicalHost` gives it. */
  judge(host: string, port: number): Verdict;
  /** Whether any port of `host` is allowed. */
  covers(host: string): boolean;
  /** Whether an address entry covers this one: a declared name may then lead to it though it is private. */
  coversAddress(address: string): boolean;
}

/** Throws `egress.bad-host`. */
export function parseRules(entries: readonly string[]): EgressRules {
  const networks = new BlockList();
  const parsed = entries.map((text) => parseEntry(text, networks));
  return {
    entries,
    judge: (host, port) => {
      const fitting = parsed.filter(
        (one) => one.matches(host) && (one.port === null ? WEB_PORTS.includes(port) : one.port === port),
      );
      return { allowed: fitting.length > 0, portDeclared: fitting.some((one) => one.port !== null) };
    },
    covers: (host) => parsed.some((one) => one.matches(host)),
    coversAddress: (address) => networks.check(address, isIP(address) === 6 ? "ipv6" : "ipv4"),
  };
}

function parseEntry(text: string, networks: BlockList): Entry {
  const bad = (reason: string): BulkheadError =>
    new BulkheadError("egress.bad-host", { entry: text, reason });
  const whole = text.trim().toLowerCase();
  const [, place = "", digits] =
    /^(\[[^\]]*\](?:\/\d+)?|[^:]*|[0-9a-f:.]*::?[0-9a-f:.]*(?:\/\d+)?)(?::(\d{1,5}))?$/.exec(whole) ?? [];
  if (place === "") throw bad("it is empty, or not a host and a port");
  const port = digits === undefined ? null : Number(digits);
  if (port !== null && (port < 1 || port > 65_535)) throw bad("a port is 1 to 65535");
  const network = /^\[?([0-9a-f:.]+)\]?\/(\d{1,3})$/.exec(place);
  if (network !== null)
    return { text, port, matches: addressMatcher(network[1] ?? "", Number(network[2]), networks, bad) };
  const wide = place.startsWith("*.");
  const host = canonicalHost(wide ? place.slice(2) : place);
  if (host === null || host.includes("*")) throw bad("it is not a host's name or address");
  if (isIP(host) !== 0) {
    if (wide) throw bad("an address has no names below it");
    return { text, port, matches: addressMatcher(host, isIP(host) === 6 ? 128 : 32, networks, bad) };
  }
  if (wide && !host.includes(".")) throw bad("a whole top-level domain is not a limit");
  return { text, port, matches: wide ? (name) => name.endsWith(`.${host}`) : (name) => name === host };
}

function addressMatcher(
  address: string,
  bits: number,
  networks: BlockList,
  bad: (reason: string) => BulkheadError,
): (host: string) => boolean {
  const kind = isIP(address);
  if (kind === 0 || bits > (kind === 6 ? 128 : 32)) throw bad("it is not an address or a network");
  if (isForbiddenAddress(address)) throw bad("link-local addresses and metadata services are never opened");
  if (bits < 8) throw bad("a network of more than 16 million addresses is not a limit");
  const own = new BlockList();
  for (const list of [own, networks]) list.addSubnet(address, bits, kind === 6 ? "ipv6" : "ipv4");
  return (host) => isIP(host) !== 0 && own.check(host, isIP(host) === 6 ? "ipv6" : "ipv4");
}

/**
 * A host as it is compared and dialled: lower case, no final dot, international names in ASCII, and an address in any spelling
 * (`0x7f.1`, `2130706433`, `[::ffff:127.0.0.1]`) in its usual one. Null for what is neither.
 */
export function canonicalHost(host: string): string | null {
  const bare = host.startsWith("[") && host.endsWith("]") ? host.slice(1, -1) : host;
  if (isIP(bare) === 6 && !bare.includes("%"))
    return plainAddress(new URL(`http://[${bare}]/`).hostname.slice(1, -1));
  if (/[\s:/?#@%\\]/.test(bare) || bare.length > 254) return null;
  const name = domainToASCII(bare).replace(/\.$/, "");
  if (!/^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(name)) return null;
  return name;
}

/** An IPv4 address within IPv6 (`::ffff:7f00:1`) is that IPv4 address. */
function plainAddress(address: string): string {
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped === null) return address;
  const [high = 0, low = 0] = [mapped[1], mapped[2]].map((part) => Number.parseInt(part ?? "", 16));
  return [high >> 8, high & 255, low >> 8, low & 255].join(".");
}
