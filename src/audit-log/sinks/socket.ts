/** Lines to a TCP, UDP or Unix stream socket, as Vault's `socket` device. A datagram holds one line. */
import { connectionOf } from "./connection.ts";
import { writeTimeout } from "./options.ts";
import type { SinkType } from "./types.ts";

export const socketSink: SinkType = {
  type: "socket",
  options: ["address", "socket_type", "write_timeout"],
  open: (options, rules) => {
    const connection = connectionOf(options, rules);
    return {
      confirms: connection.confirms,
      timeout: writeTimeout(options),
      sink: {
        write: (lines, signal) =>
          connection.send(
            lines.map(({ json }) => Buffer.from(`${json}\n`)),
            signal,
          ),
        reset: () => connection.close(),
      },
    };
  },
};
