/**
 * SCRAM-SHA-256 verifiers (RFC 5803 as PostgreSQL writes them): the server is told what proves a password and never the password, so
 * that neither its statement log nor a statistics view holds it.
 */
import { createHash, createHmac, pbkdf2, randomBytes } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(pbkdf2);
const ITERATIONS = 4_096;

/** `password` must be ASCII: others would need SASLprep first. */
export async function scramVerifier(password: string, salt = randomBytes(16)): Promise<string> {
  if (!/^[\x20-\x7e]+$/.test(password)) throw new TypeError("a generated password is printable ASCII");
  const salted = await derive(password, salt, ITERATIONS, 32, "sha256");
  const keyed = (label: string): Buffer => createHmac("sha256", salted).update(label).digest();
  const stored = createHash("sha256").update(keyed("Client Key")).digest("base64");
  const server = keyed("Server Key").toString("base64");
  salted.fill(0);
  return `SCRAM-SHA-256$${ITERATIONS}:${salt.toString("base64")}$${stored}:${server}`;
}
