/**
 * What flows through a CONNECT. The client's first bytes decide: a TLS connection must name the host that was asked for; anything else
 * passes only on a port that the declaration names, since on the web's own ports it would be a way around that check.
 */
import type { Socket } from "node:net";
import { isIP } from "node:net";
import type { Duplex } from "node:stream";
import { readClientHello } from "./client-hello.ts";
import { canonicalHost } from "./rules.ts";

export interface Tunnel {
  readonly host: string;
  readonly port: number;
  readonly portDeclared: boolean;
  readonly client: Duplex;
  readonly upstream: Socket;
  /** What the client sent right behind its CONNECT. */
  readonly head: Buffer;
  readonly refused: (reason: string) => void;
  /** Called once, with the bytes from the client and to it. */
  readonly ended: (sent: number, received: number) => void;
}

/** Why the connection must not go on, `more` while that is open, null when it may. */
export function judgeFirst(
  { host, port, portDeclared }: Pick<Tunnel, "host" | "port" | "portDeclared">,
  first: Buffer,
): string | null | "more" {
  const hello = readClientHello(first);
  if (hello.kind === "more") return "more";
  if (hello.kind === "not-tls") return portDeclared && port !== 443 ? null : "what it speaks is not TLS";
  if (hello.name === null) return isIP(host) === 0 ? "its TLS names no host" : null;
  return canonicalHost(hello.name) === host ? null : "its TLS names another host";
}

export function relayTunnel(tunnel: Tunnel): void {
  const { client, upstream } = tunnel;
  let received = 0;
  let over = false;
  // What was already taken from one side still reaches the other.
  const end = (): void => {
    client.end(() => client.destroy());
    upstream.destroySoon();
    if (over) return;
    over = true;
    tunnel.ended(upstream.bytesWritten, received);
  };
  client.on("error", end).once("close", end);
  upstream.on("error", end).once("close", end);
  upstream.on("data", (chunk: Buffer) => (received += chunk.length));
  upstream.pipe(client);
  let first: Buffer = Buffer.alloc(0);
  const listen = (chunk: Buffer): void => {
    first = Buffer.concat([first, chunk]);
    const verdict = judgeFirst(tunnel, first);
    if (verdict === "more") return;
    client.off("data", listen);
    if (verdict !== null) {
      tunnel.refused(verdict);
      client.destroy();
      return end();
    }
    client.pause();
    upstream.write(first);
    client.pipe(upstream);
  };
  client.on("data", listen);
  if (tunnel.head.length > 0) listen(tunnel.head);
}
