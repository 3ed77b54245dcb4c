/** Where a provider may send a person back to: exactly an allowed address; on this machine with any port (RFC 8252, 7.3). */
import { isLoopback } from "../fetch.ts";

export function mayReturnTo(given: string, allowed: readonly string[]): boolean {
  if (allowed.includes(given)) return true;
  if (!URL.canParse(given)) return false;
  const asked = new URL(given);
  return allowed.some((one) => {
    if (!URL.canParse(one)) return false;
    const wanted = new URL(one);
    wanted.port = asked.port;
    return isLoopback(wanted.hostname) && wanted.href === asked.href;
  });
}
