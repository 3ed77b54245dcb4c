/** Whether a peer's address lies in one of a token's networks. What cannot be read matches nothing. */
import { BlockList, isIP } from "node:net";
import { BulkheadError } from "../core/errors.ts";

function addNetwork(list: BlockList, cidr: string): boolean {
  const [address = "", bits, ...rest] = cidr.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  const most = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (prefix < 0 || prefix > most) return false;
  list.addSubnet(address, prefix, family === 4 ? "ipv4" : "ipv6");
  return true;
}

/** Throws `request.invalid` for what is no network. */
export function checkCidrs(cidrs: readonly string[]): void {
  for (const cidr of cidrs)
    if (!addNetwork(new BlockList(), cidr))
      throw new BulkheadError("request.invalid", {
        problem: "bound_cidrs holds something that is no address or network",
      });
}

/** No networks: every address may. `local` (a call in the same process) counts as loopback. */
export function withinCidrs(remote: string, cidrs: readonly string[]): boolean {
  if (cidrs.length === 0) return true;
  const list = new BlockList();
  for (const cidr of cidrs) addNetwork(list, cidr);
  const address = remote === "local" ? "127.0.0.1" : remote.replace(/^::ffff:(?=\d+\.)/i, "");
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? "ipv4" : "ipv6");
}
