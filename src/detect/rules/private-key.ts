/** Private keys in PEM, OpenSSH, PGP and PuTTY form, also with their line ends escaped inside JSON, YAML or a notebook. */
import type { Rule, RuleFormat } from "../types.ts";
import { entropy } from "../placeholders.ts";

const MAX_BODY = 12_000;
// The body ends at the next dashes: a file of nothing but BEGIN lines costs no more than its length.
const BODY = `(?:(?!-----)[\\s\\S]){60,${MAX_BODY}}`;

const PEM = `-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----${BODY}-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----`;

/** Encrypted PKCS #8, encrypted PEM of old, and OpenSSH with a cipher: its passphrase is needed too. */
const isEncrypted = (pem: string): boolean =>
  /^-----BEGIN ENCRYPTED|Proc-Type: ?4,ENCRYPTED/.test(pem) ||
  /^-----BEGIN OPENSSH[^-]*-----(?:\s|\\[nr])*b3BlbnNzaC1rZXktdjEAAAAA(?!BG5vbmU)/.test(pem);

/** Documentation leaves out the middle of a key. */
const isKey = (value: string): boolean => {
  const body = value.replace(/-----[^-]+-----/g, "").replace(/\\[nrt]|[^A-Za-z0-9+/=]/g, "");
  return body.length >= 60 && entropy(body) > 3.5 && !/\.{3}|â\x80¦|[A-Za-z0-9+/]\.\s*-----END/.test(value);
};

/** `accept`: by what stands before the key, where the cipher is named. */
const putty = (accept: (head: string) => boolean): RuleFormat => ({
  pattern:
    "PuTTY-User-Key-File-[0-9]: (?:(?!PuTTY-User)[\\s\\S]){20,4000}?Private-Lines: [0-9]{1,3}\\s{1,2}([A-Za-z0-9+/=\\s]{60,4000}?)Private-(?:MAC|Hash)",
  literals: ["PuTTY-User-Key-File-"],
  maxLength: 8_100,
  before: 0,
  accept: (_, { text, match, start }) => accept(text.slice(match, start)),
});

export const encryptedKey: Rule = {
  id: "encrypted-private-key",
  title: "private key under a passphrase",
  severity: "medium",
  kind: "signing",
  prefixes: [],
  rank: 2,
  formats: [
    {
      pattern: PEM,
      literals: ["-----BEGIN"],
      maxLength: MAX_BODY + 160,
      before: 0,
      decode: "pem",
      accept: (value) => isKey(value) && isEncrypted(value),
    },
    putty((head) => !/^Encryption: none/m.test(head)),
  ],
};

export const privateKey: Rule = {
  id: "private-key",
  title: "private key",
  severity: "critical",
  kind: "signing",
  prefixes: [],
  rank: 2,
  formats: [
    {
      pattern: PEM,
      literals: ["-----BEGIN"],
      maxLength: MAX_BODY + 160,
      before: 0,
      decode: "pem",
      accept: (value) => isKey(value) && !isEncrypted(value),
    },
    putty((head) => /^Encryption: none/m.test(head)),
  ],
};
