/**
 * A TCP proxy in front of PostgreSQL (in clear) that does something at a statement: before the server sees it, or when the server
 * has answered it and the client has not heard.
 */
import { type AddressInfo, type Socket, connect, createServer } from "node:net";

export interface Interruption {
  /** Bytes of the statement. */
  readonly at: string;
  readonly when: "before" | "after";
  /** Called once; the connection is cut then. */
  readonly act: () => void;
}

export interface PostgresProxy {
  readonly port: number;
  /** The next one; null: everything passes. */
  interrupt(what: Interruption | null): void;
  /** Cuts all connections that are open now. */
  cut(): void;
  stop(): void;
}

export async function startPostgresProxy(target: number): Promise<PostgresProxy> {
  let waiting: Interruption | null = null;
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect({ host: "127.0.0.1", port: target });
    let held: Interruption | null = null;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    const interrupt = (what: Interruption): void => {
      what.act();
      client.destroy();
      upstream.destroy();
    };
    client.on("data", (chunk: Buffer) => {
      const hit = waiting !== null && chunk.includes(waiting.at) ? waiting : null;
      if (hit !== null) waiting = null;
      if (hit?.when === "before") return interrupt(hit);
      held = hit;
      upstream.write(chunk);
    });
    upstream.on("data", (chunk: Buffer) => {
      if (held !== null) return interrupt(held);
      client.write(chunk);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    interrupt: (what) => (waiting = what),
    cut,
    stop: () => {
      server.close();
      cut();
    },
  };
}
