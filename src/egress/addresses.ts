/**
 * Where an allowed name may lead: to public addresses, and to private ones only where an address or network was declared too. A name
 * whose owner points it at the inside of somebody's network opens nothing. Link-local addresses and metadata services never.
 */
import { type LookupAddress, lookup } from "node:dns";
import { BlockList, isIP } from "node:net";
import { isForbiddenAddress } from "../core/destination.ts";
import type { EgressRules } from "./rules.ts";

const PRIVATE: readonly (readonly [string, number, "ipv4" | "ipv6"])[] = [
  ["0.0.0.0", 8, "ipv4"],
  ["10.0.0.0", 8, "ipv4"],
  ["100.64.0.0", 10, "ipv4"],
  ["127.0.0.0", 8, "ipv4"],
  ["172.16.0.0", 12, "ipv4"],
  ["192.0.0.0", 24, "ipv4"],
  ["192.168.0.0", 16, "ipv4"],
  ["198.18.0.0", 15, "ipv4"],
  ["224.0.0.0", 3, "ipv4"], // multicast, reserved, broadcast
  ["::", 96, "ipv6"], // unspecified, loopback, the former "compatible" form
  ["64:ff9b::", 96, "ipv6"], // NAT64: what stands in its last part is reached
  ["64:ff9b:1::", 48, "ipv6"],
  ["2002::", 16, "ipv6"], // 6to4, the same
  ["2001::", 32, "ipv6"], // Teredo
  ["fc00::", 7, "ipv6"],
  ["fec0::", 10, "ipv6"],
  ["ff00::", 8, "ipv6"],
];

let list: BlockList | null = null;

/** True for whatever is not on the public internet. */
export function isPrivateAddress(address: string): boolean {
  if (list === null) {
    list = new BlockList();
    for (const subnet of PRIVATE) list.addSubnet(...subnet);
  }
  const plain = address.replace(/%.*$/, "");
  return list.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
}

/** Null when the address may be dialled, else why not. */
export function refusal(address: string, rules: EgressRules): string | null {
  if (isForbiddenAddress(address)) return "it is link-local or a cloud's metadata service";
  if (isPrivateAddress(address) && !rules.coversAddress(address))
    return "its address is private and not declared";
  return null;
}

export type Resolve = (host: string) => Promise<readonly string[]>;

export const systemResolve: Resolve = (host) =>
  new Promise((resolve, reject) => {
    lookup(host, { all: true }, (error, found: LookupAddress[]) => {
      if (error !== null) reject(error);
      else resolve(found.map(({ address }) => address));
    });
  });

export interface Resolved {
  readonly addresses: readonly string[];
  /** Null when every address may be dialled: one bad among several refuses them all. */
  readonly refused: string | null;
}

/** `host` as `canonicalHost` gives it; a name that cannot be resolved is refused with that reason. */
export async function resolveFor(host: string, rules: EgressRules, resolve: Resolve): Promise<Resolved> {
  let addresses: readonly string[];
  try {
    addresses = isIP(host) === 0 ? await resolve(host) : [host];
  } catch {
    return { addresses: [], refused: "its name does not resolve" };
  }
  if (addresses.length === 0) return { addresses, refused: "its name does not resolve" };
  const refused = addresses.map((one) => refusal(one, rules)).find((one) => one !== null) ?? null;
  return { addresses, refused };
}
