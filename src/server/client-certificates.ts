/** The certificates that a client showed on its TLS connection. Read once a connection, and never from a header. */
import type { Socket } from "node:net";
import { type DetailedPeerCertificate, TLSSocket } from "node:tls";

const NONE: readonly Buffer[] = [];
/** Beyond any real chain. */
const MOST = 20;

const known = new WeakMap<Socket, readonly Buffer[]>();

/** DER, the client's own first; empty without one. TLS has checked that the client holds its key, and nothing else. */
export function certificatesOf(socket: Socket): readonly Buffer[] {
  if (!(socket instanceof TLSSocket)) return NONE;
  const before = known.get(socket);
  if (before !== undefined) return before;
  const found = read(socket);
  known.set(socket, found);
  return found;
}

function read(socket: TLSSocket): readonly Buffer[] {
  if (socket.getPeerX509Certificate() === undefined) return NONE;
  const chain: Buffer[] = [];
  const seen = new Set<string>();
  let current: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (current?.raw !== undefined && !seen.has(current.fingerprint256) && chain.length < MOST) {
    seen.add(current.fingerprint256);
    chain.push(current.raw);
    current = current.issuerCertificate;
  }
  return chain;
}
