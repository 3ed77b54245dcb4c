/** By which variables programs find the proxy. */

const HTTP = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
const LOOPBACK = ["localhost", "127.0.0.1", "::1"];

/**
 * In capitals and not, since programs differ. The job's own servers are reached directly, unless `viaProxy` names its loopback
 * addresses: those of the machine were declared then, and only the proxy leads there.
 */
export function proxyVariables(address: string, viaProxy: readonly string[]): Record<string, string> {
  const direct = LOOPBACK.filter((host) => !viaProxy.includes(host)).join(",");
  const pairs = [...HTTP.map((name) => [name, address] as const), ["NO_PROXY", direct] as const];
  return {
    ...Object.fromEntries(
      pairs.flatMap(([name, value]) => [
        [name, value],
        [name.toLowerCase(), value],
      ]),
    ),
    NODE_USE_ENV_PROXY: "1", // Node's own fetch looks at the others only then
  };
}
