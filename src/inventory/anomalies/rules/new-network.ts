import { isIP } from "node:net";
import { novelty } from "../novelty.ts";
import { byJob, few, name, span, whoIs } from "../words.ts";

/** `10.1.2.0/24`, `2001:db8:1::/48`; everything else is itself. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, "").replace(/%.*$/, "");
  const kind = isIP(plain);
  if (kind === 4) return `${plain.split(".").slice(0, 3).join(".")}.0/24`;
  if (kind === 6) return `${groups(plain).slice(0, 3).join(":")}::/48`;
  return address;
}

function groups(address: string): string[] {
  const [head = "", tail] = address.toLowerCase().split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return [...front, ...Array.from({ length: zeros }, () => "0"), ...back].map((group) =>
    group.replace(/^0+(?=.)/, ""),
  );
}

export const newNetwork = novelty({
  id: "new-network",
  title: "a value was fetched from a network that the caller never came from",
  severity: "high",
  reason: "A stolen token is used where the thief is.",
  says: "… fetched … from …; in the last … it came from … alone",
  silent: "Callers that come from many networks, as hosted runners do.",
  roaming: 6,
  most: 2_000,
  of: ({ secret, who, remote }) =>
    secret === null || who === null || remote === ""
      ? null
      : { place: who.identity, value: networkOf(remote) },
  say: (access, { values, age }) =>
    `${access.who === null ? "" : whoIs(access.who)} fetched ${name(access.secret ?? "")} from ${name(access.remote)}; in the last ${span(age)} it came from ${few(values)} alone${byJob(access)}`,
});
