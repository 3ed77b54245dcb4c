/** The way to the network for what must not have one of its own: an allowlisting proxy, its rules and its record. */
export { type Resolve, isPrivateAddress } from "./addresses.ts";
export { EgressProxy, type EgressProxyOptions } from "./proxy.ts";
export type { Destination } from "./record.ts";
export { type EgressRules, canonicalHost, parseRules } from "./rules.ts";
export { proxyVariables } from "./variables.ts";
