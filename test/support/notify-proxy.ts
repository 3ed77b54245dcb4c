/** Stands before a PostgreSQL server and hands everything on at once, but notifications (NOTIFY) only after a while. */
import { type AddressInfo, type Socket, connect, createServer } from "node:net";

export interface NotifyProxy {
  readonly port: number;
  /** Notifications that came so far, handed on or not. */
  held(): number;
  stop(): Promise<void>;
}

const NOTIFICATION = "A".charCodeAt(0);
const HEADER = 5;

export async function holdNotifications(port: number, ms: number): Promise<NotifyProxy> {
  let held = 0;
  const sockets = new Set<Socket>();
  const proxy = createServer((near) => {
    const far = connect(port, "127.0.0.1");
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => [near, far].forEach((each) => each.destroy()));
    }
    near.pipe(far);
    let rest: Buffer = Buffer.alloc(0);
    far.on("data", (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      const now: Buffer[] = [];
      while (rest.length >= HEADER && rest.length > rest.readUInt32BE(1)) {
        const length = 1 + rest.readUInt32BE(1);
        const message = rest.subarray(0, length);
        rest = rest.subarray(length);
        if (message[0] !== NOTIFICATION) now.push(message);
        else {
          held++;
          setTimeout(() => near.write(message), ms).unref();
        }
      }
      if (now.length > 0) near.write(Buffer.concat(now));
    });
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    held: () => held,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
