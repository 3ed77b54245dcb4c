/**
 * Receipts of runs as who signs, keeps and reads them shares them: a DSSE envelope around an in-toto statement, signed with Ed25519
 * (`docs/spec/receipt.md`). What a statement says is made in `run/`; here only what every reader must be sure of is looked at.
 */
import { type KeyObject, createHash, createPublicKey, sign, verify } from "node:crypto";
import { BulkheadError } from "./errors.ts";

export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const PREDICATE_TYPE = "https://bulkhead.dev/receipt/v1";
export const PAYLOAD_TYPE = "application/vnd.in-toto+json";
/** Of the statement's bytes. */
export const MOST_RECEIPT_BYTES = 512 * 1024;

export interface Envelope {
  readonly payloadType: string;
  /** Base64 of the statement. */
  readonly payload: string;
  /** Empty when no key was at hand: the receipt is then a record, not a proof. */
  readonly signatures: readonly { readonly keyid: string; readonly sig: string }[];
}

/** Whose key signed: the store's, one of the user's own folder, or none. */
export const signers = ["store", "local", "none"] as const;
export type Signer = (typeof signers)[number];

export const uses = ["yes", "no", "unknown"] as const;
/** Whether the job used a value, on evidence alone. */
export type Used = (typeof uses)[number];

/** What every reader needs; the other members are shown as they are. */
export interface Receipt {
  readonly run: string;
  readonly project: string;
  readonly stage: string;
  readonly environment: string;
  readonly commit: string | null;
  /** RFC 3339. */
  readonly started: string;
  readonly ended: string;
  readonly exit: number | null;
  readonly revoked: boolean;
  readonly signer: Signer;
  /** `given`: the command stood behind `--` or --command. */
  readonly command: "declared" | "given";
  readonly secrets: readonly {
    readonly variable: string;
    readonly secret: string;
    readonly field: string;
    readonly used: Used;
  }[];
  /** null: nobody looked. */
  readonly leaks: { readonly found: readonly unknown[] } | null;
}

/** DSSE's pre-authentication encoding: what is signed. */
export function preAuthentication(payloadType: string, payload: Buffer): Buffer {
  const type = Buffer.from(payloadType, "utf8");
  return Buffer.concat([
    Buffer.from(`DSSEv1 ${type.length} ${type.toString("utf8")} ${payload.length} `),
    payload,
  ]);
}

const DIGITS = 32;

/** `store:` or `local:` and the first 32 hex digits of the SHA-256 of the key's SubjectPublicKeyInfo. */
export function receiptKeyId(signer: "store" | "local", key: KeyObject): string {
  const open = key.type === "public" ? key : createPublicKey(key);
  const der = open.export({ format: "der", type: "spki" });
  return `${signer}:${createHash("sha256").update(der).digest("hex").slice(0, DIGITS)}`;
}

/** Without a key the envelope has no signature. */
export function envelopeOf(
  payload: Buffer,
  by: { readonly keyid: string; readonly key: KeyObject } | null,
): Envelope {
  const signatures =
    by === null
      ? []
      : [
          {
            keyid: by.keyid,
            sig: sign(null, preAuthentication(PAYLOAD_TYPE, payload), by.key).toString("base64"),
          },
        ];
  return { payloadType: PAYLOAD_TYPE, payload: payload.toString("base64"), signatures };
}

const invalid = (problem: string): BulkheadError => new BulkheadError("receipt.invalid", { problem });

type Members = Readonly<Record<string, unknown>>;
const isMembers = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parse(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid(`${what} is no JSON`);
  }
}

/** One spelling of the same bytes, so that two envelopes that differ are two receipts. */
function decode(text: unknown, what: string): Buffer {
  if (typeof text !== "string") throw invalid(`${what} is missing`);
  const bytes = Buffer.from(text, "base64");
  if (bytes.toString("base64") !== text) throw invalid(`${what} is no base64`);
  return bytes;
}

/** Only its form is looked at. Throws `receipt.invalid`. */
export function parseEnvelope(text: string): Envelope {
  const value = parse(text, "the file");
  if (!isMembers(value) || value.payloadType !== PAYLOAD_TYPE || !Array.isArray(value.signatures))
    throw invalid("it is no envelope of an in-toto statement");
  decode(value.payload, "its payload");
  const signatures = value.signatures.map((one: unknown) => {
    if (!isMembers(one) || typeof one.keyid !== "string") throw invalid("a signature names no key");
    decode(one.sig, "a signature");
    return { keyid: one.keyid, sig: String(one.sig) };
  });
  return { payloadType: PAYLOAD_TYPE, payload: String(value.payload), signatures };
}

/** The statement, once one of the signatures is this key's. Throws `receipt.invalid`. */
export function verifyEnvelope(
  envelope: Envelope,
  { keyid, key }: { readonly keyid: string; readonly key: KeyObject },
): Receipt {
  if (envelope.signatures.length === 0) throw invalid("nobody signed it");
  const payload = decode(envelope.payload, "its payload");
  const message = preAuthentication(envelope.payloadType, payload);
  const mine = envelope.signatures.filter((one) => one.keyid === keyid);
  if (mine.length === 0)
    throw invalid(`it is signed by ${envelope.signatures[0]?.keyid ?? ""} and not by ${keyid}`);
  if (!mine.some(({ sig }) => verify(null, message, key, Buffer.from(sig, "base64"))))
    throw invalid(`the signature of ${keyid} does not fit what it says`);
  const receipt = readStatement(payload);
  if (!keyid.startsWith(`${receipt.signer}:`))
    throw invalid(`it says that ${receipt.signer} signed it, and ${keyid} did`);
  return receipt;
}

/** What the envelope holds, whoever signed it. Throws `receipt.invalid`. */
export const receiptOf = ({ payload }: Envelope): Receipt => readStatement(decode(payload, "its payload"));

const text = (value: unknown): boolean => typeof value === "string";
const orNull = (check: (value: unknown) => boolean) => (value: unknown) => value === null || check(value);
const among = (words: readonly string[]) => (value: unknown) => words.includes(value as string);
const time = (value: unknown): boolean =>
  typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);

const members: Readonly<Record<keyof Receipt, (value: unknown) => boolean>> = {
  run: text,
  project: text,
  stage: text,
  environment: text,
  commit: orNull(text),
  started: time,
  ended: time,
  exit: orNull(Number.isSafeInteger),
  revoked: (value) => typeof value === "boolean",
  signer: among(signers),
  command: among(["declared", "given"]),
  secrets: (value) =>
    Array.isArray(value) &&
    value.every(
      (one) => isMembers(one) && [one.variable, one.secret, one.field].every(text) && among(uses)(one.used),
    ),
  leaks: orNull((value) => isMembers(value) && Array.isArray(value.found)),
};

/**
 * Throws `receipt.invalid`. What is not written as its writer writes it (white space, a member twice, other escapes) is refused: two
 * readers must not read two things.
 */
export function readStatement(payload: Buffer): Receipt {
  if (payload.length > MOST_RECEIPT_BYTES) throw invalid("it is too large");
  const written = payload.toString("utf8");
  const statement = parse(written, "the statement");
  if (JSON.stringify(statement) !== written || !Buffer.from(written, "utf8").equals(payload))
    throw invalid("the statement is not written in the one form");
  if (!isMembers(statement) || statement._type !== STATEMENT_TYPE)
    throw invalid("it is no in-toto statement");
  if (statement.predicateType !== PREDICATE_TYPE) throw invalid("it is no receipt of a run");
  const { predicate, subject } = statement;
  if (!isMembers(predicate)) throw invalid("its predicate is missing");
  for (const [name, check] of Object.entries(members))
    if (!check(predicate[name])) throw invalid(`its \`${name}\` cannot be read`);
  const receipt = predicate as unknown as Receipt;
  const wanted = JSON.stringify(subjectOf(receipt));
  if (JSON.stringify(subject) !== wanted) throw invalid("its subject is not its run");
  return receipt;
}

/** The run by its id, and inside a repository the commit. */
export function subjectOf({ run, commit }: Pick<Receipt, "run" | "commit">): readonly object[] {
  const digest = { sha256: createHash("sha256").update(run).digest("hex") };
  const source = commit === null ? [] : [{ name: "source", digest: { gitCommit: commit } }];
  return [{ name: `run:${run}`, digest }, ...source];
}
