/**
 * For tests that feed addresses to servers at random: no connection of this process leaves the machine, whatever it was told. Anything
 * but loopback is refused as an unreachable host would be. Gives what was tried, and puts things back.
 */
import { Socket } from "node:net";

export interface LoopbackOnly {
  /** Hosts that something wanted to reach. */
  readonly refused: ReadonlySet<string>;
  undo(): void;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|localhost)$/;

export function loopbackOnly(): LoopbackOnly {
  const refused = new Set<string>();
  const connect = Object.getOwnPropertyDescriptor(Socket.prototype, "connect")?.value as (
    this: Socket,
    ...given: unknown[]
  ) => Socket;
  Socket.prototype.connect = function (this: Socket, ...given: unknown[]): Socket {
    const host = hostOf(given);
    if (host === null || LOOPBACK.test(host)) return connect.apply(this, given);
    refused.add(host);
    const error = Object.assign(new Error("this test keeps to loopback"), { code: "ECONNREFUSED" });
    process.nextTick(() => this.destroy(error));
    return this;
  } as typeof Socket.prototype.connect;
  return {
    refused,
    undo: () => {
      Socket.prototype.connect = connect as typeof Socket.prototype.connect;
    },
  };
}

/** null for a Unix socket, and for no host at all, which is this machine. */
function hostOf(given: readonly unknown[]): string | null {
  // node:net hands its own normalized arguments on as one array
  const [first, second] = Array.isArray(given[0]) ? (given[0] as unknown[]) : given;
  if (typeof first === "object" && first !== null) {
    const { host, path } = first as { host?: unknown; path?: unknown };
    return path !== undefined || typeof host !== "string" ? null : host;
  }
  return typeof first === "number" && typeof second === "string" ? second : null;
}
