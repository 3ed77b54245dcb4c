/** Whether a peer's address lies in one of a token's networks. What cannot be read matches nothing. */
import { BlockList, SocketAddress, isIP } from "node:net";
import { BulkheadError } from "../core/errors.ts";

type Family = "ipv4" | "ipv6";

interface Network {
  readonly address: string;
  readonly family: Family;
  readonly prefix: number;
}

const MAPPED = /^::ffff:(?=\d+\.)/;

/** An IPv4 address that is written as an IPv6 one is the IPv4 address. Null for what is no address. */
function read(text: string): { readonly address: string; readonly family: Family } | null {
  const family = isIP(text);
  if (family === 0) return null;
  if (family === 4) return { address: text, family: "ipv4" };
  const { address } = new SocketAddress({ address: text, family: "ipv6" });
  const plain = address.replace(MAPPED, "");
  return plain === address ? { address, family: "ipv6" } : { address: plain, family: "ipv4" };
}

function network(cidr: string): Network | null {
  const [text = "", bits, ...rest] = cidr.split("/");
  const found = read(text);
  if (found === null || rest.length > 0) return null;
  const most = isIP(text) === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (prefix < 0 || prefix > most) return null;
  const beyond = found.family === "ipv4" ? most - 32 : 0;
  // `::ffff:0:0/95` and wider: more than IPv4 addresses, so none of them (as in Go's net.IPNet they are another family)
  return prefix < beyond ? { address: text, family: "ipv6", prefix } : { ...found, prefix: prefix - beyond };
}

/** Throws `request.invalid` for what is no network. */
export function checkCidrs(cidrs: readonly string[]): void {
  for (const cidr of cidrs)
    if (network(cidr) === null)
      throw new BulkheadError("request.invalid", {
        problem: "bound_cidrs holds something that is no address or network",
      });
}

/** No networks: every address may. No IPv4 address lies in an IPv6 network. `local` (a call in the same process) counts as loopback. */
export function withinCidrs(remote: string, cidrs: readonly string[]): boolean {
  if (cidrs.length === 0) return true;
  const peer = read(remote === "local" ? "127.0.0.1" : remote);
  if (peer === null) return false;
  const list = new BlockList();
  for (const cidr of cidrs) {
    const one = network(cidr);
    // a list that held both would take IPv4 addresses for mapped ones in `::/0`
    if (one?.family === peer.family) list.addSubnet(one.address, one.prefix, one.family);
  }
  return list.check(peer.address, peer.family);
}
