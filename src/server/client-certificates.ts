/** The certificates that a client showed on its TLS connection. Read once a connection, and never from a header. */
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";

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
  const chain: Buffer[] = [];
  // asked for once only: the chain is handed over with the first answer
  for (
    let one = socket.getPeerX509Certificate();
    one !== undefined && chain.length < MOST;
    one = one.issuerCertificate
  )
    chain.push(one.raw);
  return chain;
}
