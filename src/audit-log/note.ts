/** Checkpoints as C2SP signed notes (Ed25519): where a segment stood, in a form that a witness outside can keep and check. */
import { createHash, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import type { Anchor, CheckpointSigner } from "./types.ts";

const ORIGIN = "bulkhead-audit";
const ED25519 = 1;
const KEY_ID_BYTES = 4;
const NAME = /^[^\s+]{1,200}$/u;
const BODY =
  /^bulkhead-audit ([^\s+]+) (\d{4,})\n([1-9]\d{0,14})\n([A-Za-z0-9+/]{43}=)\ntime (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n$/u;

export interface Checkpoint extends Anchor {
  /** RFC 3339 with milliseconds. */
  readonly time: string;
}

/** The last 32 bytes of the SubjectPublicKeyInfo are the key itself. */
function keyId(name: string, publicKey: KeyObject): Buffer {
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const hash = createHash("sha256")
    .update(`${name}\n`)
    .update(Buffer.from([ED25519]))
    .update(raw)
    .digest();
  return hash.subarray(0, KEY_ID_BYTES);
}

export function signCheckpoint(checkpoint: Checkpoint, { name, key }: CheckpointSigner): string {
  if (!NAME.test(name)) throw new TypeError("a signer's name has no space and no +");
  const { segment, seq, hash, time } = checkpoint;
  const chain = Buffer.from(hash, "hex").toString("base64");
  const body = `${ORIGIN} ${name} ${segment}\n${seq}\n${chain}\ntime ${time}\n`;
  const signature = sign(null, Buffer.from(body), key);
  const line = Buffer.concat([keyId(name, createPublicKey(key)), signature]).toString("base64");
  return `${body}\n— ${name} ${line}\n`;
}

/** What the note says; null unless it is a checkpoint signed by this key under this name (other signatures may stand beside it). */
export function openCheckpoint(
  note: string,
  signer: { name: string; publicKey: KeyObject },
): Checkpoint | null {
  const end = note.indexOf("\n\n");
  if (end < 0) return null;
  const body = note.slice(0, end + 1);
  const match = BODY.exec(body);
  if (match === null || match[1] !== signer.name) return null;
  const id = keyId(signer.name, signer.publicKey);
  const signed = note
    .slice(end + 2)
    .split("\n")
    .some((line) => {
      const [dash, name, base64, ...more] = line.split(" ");
      if (dash !== "—" || name !== signer.name || base64 === undefined || more.length > 0) return false;
      const bytes = Buffer.from(base64, "base64");
      return (
        bytes.length === KEY_ID_BYTES + 64 &&
        bytes.subarray(0, KEY_ID_BYTES).equals(id) &&
        verify(null, Buffer.from(body), signer.publicKey, bytes.subarray(KEY_ID_BYTES))
      );
    });
  if (!signed) return null;
  const [, , segment = "", seq = "", hash = "", time = ""] = match;
  return { segment, seq: Number(seq), hash: Buffer.from(hash, "base64").toString("hex"), time };
}

/** The form in which witnesses are given the key (C2SP): `NAME+key id+base64`. */
export function verifierKey({ name, key }: CheckpointSigner): string {
  const publicKey = createPublicKey(key);
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const typed = Buffer.concat([Buffer.from([ED25519]), raw]).toString("base64");
  return `${name}+${keyId(name, publicKey).toString("hex")}+${typed}`;
}

/**
 * The checkpoints in a text of one or more notes, each signed under its node's name (`bulkhead/NODE`): anchors for `verifyAuditLogs`.
 * null for each that this key did not sign.
 */
export function openNotes(text: string, publicKey: KeyObject): (Anchor | null)[] {
  return text
    .split(/^(?=bulkhead-audit )/m)
    .filter((note) => note.trim() !== "")
    .map((note) => {
      const name = /^bulkhead-audit (bulkhead\/([0-9a-f]{16})) /.exec(note);
      const opened = openCheckpoint(note, { name: name?.[1] ?? "", publicKey });
      if (opened === null) return null;
      const { segment, seq, hash } = opened;
      return { segment, seq, hash, node: name?.[2] ?? "" };
    });
}
