/** Whether one network lies wholly within another. */
import { isIP } from "node:net";

interface Network {
  readonly family: number;
  /** The address as one number, cut to the prefix. */
  readonly base: bigint;
  readonly prefix: number;
}

/** Both must be addresses or networks in CIDR form; false for what is not. */
export function networkWithin(inner: string, outer: string): boolean {
  const [a, b] = [parse(inner), parse(outer)];
  if (a === null || b === null || a.family !== b.family || a.prefix < b.prefix) return false;
  const drop = BigInt((a.family === 4 ? 32 : 128) - b.prefix);
  return a.base >> drop === b.base >> drop;
}

function parse(text: string): Network | null {
  const [address = "", bits] = text.split("/");
  const family = isIP(address);
  if (family === 0) return null;
  const most = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > most) return null;
  return { family, base: family === 4 ? ipv4(address) : ipv6(address), prefix };
}

const ipv4 = (address: string): bigint =>
  address.split(".").reduce((sum, part) => (sum << 8n) | BigInt(Number(part)), 0n);

function ipv6(address: string): bigint {
  const plain = (address.split("%")[0] ?? "").replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (dotted) => {
    const number = ipv4(dotted);
    return `${(number >> 16n).toString(16)}:${(number & 0xffffn).toString(16)}`;
  });
  const [head = "", tail] = plain.split("::");
  const groups = (text: string | undefined): string[] => (text ? text.split(":") : []);
  const [left, right] = [groups(head), groups(tail)];
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(Math.max(0, zeros)).fill("0"), ...right].reduce(
    (sum, group) => (sum << 16n) | BigInt(`0x${group}`),
    0n,
  );
}
