/**
 * RFC 5424 messages, over UDP (one a datagram, RFC 5426), TCP or a Unix stream socket (octet counting, RFC 6587). Node has no Unix
 * datagram sockets: a /dev/log of that kind is reached through the syslog daemon's UDP or TCP port on this machine.
 */
import { hostname } from "node:os";
import { connectionOf } from "./connection.ts";
import { badDevice, writeTimeout } from "./options.ts";
import type { SinkLine, SinkType } from "./types.ts";

const FACILITIES: readonly string[] =
  "KERN USER MAIL DAEMON AUTH SYSLOG LPR NEWS UUCP CRON AUTHPRIV FTP NTP AUDIT ALERT CLOCK LOCAL0 LOCAL1 LOCAL2 LOCAL3 LOCAL4 LOCAL5 LOCAL6 LOCAL7".split(
    " ",
  );
const INFORMATIONAL = 6;
const TAG = /^[!-~]{1,48}$/;

export const syslogSink: SinkType = {
  type: "syslog",
  options: ["facility", "tag", "address", "socket_type", "write_timeout"],
  open: (options, rules) => {
    const named = options.facility ?? "AUTH";
    const facility = FACILITIES.indexOf(named.toUpperCase());
    if (facility < 0) throw badDevice(`invalid syslog facility: ${named.slice(0, 40)}`);
    const tag = options.tag ?? "bulkhead";
    if (!TAG.test(tag)) throw badDevice("tag has at most 48 printable characters and no space");
    const address = options.address ?? "127.0.0.1:514";
    const connection = connectionOf({ ...options, address }, rules, "udp");
    const head = `<${facility * 8 + INFORMATIONAL}>1`;
    const host = hostname().replace(/[^!-~]/g, "-") || "-";
    const message = ({ json, time }: SinkLine): Buffer => {
      const text = `${head} ${new Date(time).toISOString()} ${host} ${tag} ${process.pid} audit - ${json}`;
      const framed = connection.confirms ? `${Buffer.byteLength(text)} ${text}` : text;
      return Buffer.from(framed);
    };
    return {
      confirms: connection.confirms,
      timeout: writeTimeout(options),
      sink: {
        write: (lines, signal) => connection.send(lines.map(message), signal),
        reset: () => connection.close(),
      },
    };
  },
};
