/**
 * Where a configured address may not lead: to the places at which clouds hand a machine's own credentials to whoever asks from it, and
 * to link-local networks. It is checked where a name has become an address, so that neither another spelling (`0xa9fea9fe`) nor a
 * name that changes its address between two looks gets by. Loopback and private networks stay allowed: that is where databases and
 * clusters are.
 */
import { type LookupAddress, lookup } from "node:dns";
import { BlockList, type LookupFunction, isIP } from "node:net";

/** For tables of network errors. */
export const FORBIDDEN = "EFORBIDDENADDRESS";
export const FORBIDDEN_TEXT = "the address is link-local or a cloud's metadata service, which is refused";
export const LOOPBACK_TEXT = "the address is on this machine, and whoever named it is not";

export class ForbiddenAddress extends Error {
  readonly code = FORBIDDEN;
  constructor(text: string = FORBIDDEN_TEXT) {
    super(text);
  }
}

const SUBNETS: readonly (readonly [string, number, "ipv4" | "ipv6"])[] = [
  ["169.254.0.0", 16, "ipv4"],
  ["fe80::", 10, "ipv6"],
  ["fd00:ec2::", 32, "ipv6"], // AWS
  ["fd20:ce::", 32, "ipv6"], // Google
  ["100.100.100.200", 32, "ipv4"], // Alibaba
  ["168.63.129.16", 32, "ipv4"], // Azure
  ["192.0.0.192", 32, "ipv4"], // Oracle
  // 169.254.0.0/16 within IPv6: NAT64, 6to4 and the former "compatible" form (the mapped form is compared as IPv4)
  ["64:ff9b::a9fe:0", 112, "ipv6"],
  ["2002:a9fe::", 32, "ipv6"],
  ["::a9fe:0", 112, "ipv6"],
];

const listOf = (subnets: typeof SUBNETS): BlockList => {
  const list = new BlockList();
  for (const subnet of subnets) list.addSubnet(...subnet);
  return list;
};
let forbidden: BlockList | null = null;
let near: BlockList | null = null;

const isIn = (list: BlockList, address: string): boolean => {
  const plain = address.replace(/%.*$/, "");
  const kind = isIP(plain);
  return kind !== 0 && list.check(plain, kind === 4 ? "ipv4" : "ipv6");
};

/** A name is none. */
export const isForbiddenAddress = (address: string): boolean =>
  isIn((forbidden ??= listOf(SUBNETS)), address);

/** Reaches this machine: 127.0.0.0/8, ::1 and the unspecified address. */
export const isLoopbackAddress = (address: string): boolean =>
  isIn(
    (near ??= listOf([
      ["127.0.0.0", 8, "ipv4"],
      ["0.0.0.0", 8, "ipv4"],
      ["::", 127, "ipv6"],
    ])),
    address,
  );

export interface Allowed {
  /** Default: true. */
  readonly loopback?: boolean;
}

/** Throws `ForbiddenAddress` for an address; says nothing about names. `host` may be in brackets. */
export function checkHost(host: string, { loopback = true }: Allowed = {}): void {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  if (isForbiddenAddress(address)) throw new ForbiddenAddress();
  if (!loopback && isLoopbackAddress(address)) throw new ForbiddenAddress(LOOPBACK_TEXT);
}

/** In place of the system's: fails with `ForbiddenAddress` when any address of the name is refused. Literal addresses never come here. */
export const guardedLookup =
  (allowed: Allowed = {}): LookupFunction =>
  (name, options, done) => {
    lookup(name, options, (error, found: string | LookupAddress[], family?: number) => {
      if (error !== null) return done(error, "", 0);
      try {
        for (const one of typeof found === "string" ? [found] : found.map(({ address }) => address))
          checkHost(one, allowed);
      } catch (refusal) {
        return done(refusal as NodeJS.ErrnoException, "", 0);
      }
      done(null, found, family);
    });
  };
