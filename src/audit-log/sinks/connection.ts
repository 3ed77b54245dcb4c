/** A stream or a datagram socket that is opened at its first use and again after it failed; shared by `socket` and `syslog`. */
import type { Socket as DatagramSocket, SocketOptions } from "node:dgram";
import { type LookupFunction, type Socket, connect, isIPv6 } from "node:net";
import { badDevice, hostAndPort, lookupFor, required } from "./options.ts";
import type { SinkOptions, SinkRules } from "./types.ts";

export interface Connection {
  /** Whether the other side confirms that it got what was sent. */
  readonly confirms: boolean;
  /** `messages` in order; resolves when the system has taken all of them. */
  send(messages: readonly Buffer[], signal: AbortSignal): Promise<void>;
  close(): void;
}

const KINDS: Readonly<Record<string, (address: string, rules: SinkRules) => Connection>> = {
  tcp: (address, rules) => streamTo(targetAt(address, rules)),
  udp: (address, rules) => datagramsTo(targetAt(address, rules)),
  unix: (address, { guarded }) => {
    if (guarded) throw badDevice("a unix socket can be set in the server's configuration only");
    if (!address.startsWith("/")) throw badDevice("address of a unix socket is an absolute path");
    return streamTo({ path: address });
  },
};

interface Target {
  readonly host: string;
  readonly port: number;
  readonly lookup?: LookupFunction;
}

function targetAt(address: string, { guarded }: SinkRules): Target {
  const target = hostAndPort(address);
  const lookup = lookupFor(target.host, guarded);
  return { ...target, ...(lookup && { lookup }) };
}

/** From `address` and `socket_type` (tcp, udp, unix). */
export function connectionOf(options: SinkOptions, rules: SinkRules, standard = "tcp"): Connection {
  const kind = options.socket_type ?? standard;
  const make = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (make === undefined) throw badDevice(`socket_type is one of ${Object.keys(KINDS).join(", ")}`);
  return make(required(options, "address"), rules);
}

function streamTo(target: Target | { readonly path: string }): Connection {
  let socket: Socket | null = null;
  const open = async (signal: AbortSignal): Promise<Socket> => {
    if (socket?.writable === true) return socket;
    socket?.destroy();
    const made = connect(target);
    socket = made;
    made.unref();
    made.resume(); // what the other side says is thrown away
    await new Promise<void>((resolve, reject) => {
      made.once("connect", resolve);
      made.once("error", reject);
      signal.addEventListener("abort", () => reject(new Error("timed out")), { once: true });
    });
    // an end by the other side shows at the next write
    made.on("error", () => undefined);
    made.on("end", () => made.destroy());
    return made;
  };
  return {
    confirms: true,
    send: async (messages, signal) => {
      const to = await open(signal);
      to.ref();
      try {
        await new Promise<void>((resolve, reject) => {
          const closed = (): void => reject(new Error("the other side closed"));
          to.once("close", closed);
          signal.addEventListener("abort", () => reject(new Error("timed out")), { once: true });
          to.write(Buffer.concat(messages), (error) => {
            to.off("close", closed);
            if (error) reject(error);
            else resolve();
          });
        });
      } finally {
        to.unref();
      }
    },
    close: () => {
      socket?.destroy();
      socket = null;
    },
  };
}

function datagramsTo({ host, port, lookup }: Target): Connection {
  let socket: DatagramSocket | null = null;
  return {
    confirms: false,
    send: async (messages) => {
      const { createSocket } = await import("node:dgram");
      const from = (socket ??= createSocket({
        type: isIPv6(host) ? "udp6" : "udp4",
        ...(lookup && { lookup: lookup as NonNullable<SocketOptions["lookup"]> }),
      }).unref());
      if (from.listenerCount("error") === 0) from.on("error", () => undefined);
      for (const message of messages)
        await new Promise<void>((resolve, reject) =>
          from.send(message, port, host, (error) => (error === null ? resolve() : reject(error))),
        );
    },
    close: () => {
      socket?.close();
      socket = null;
    },
  };
}
