/** The forms of an answer: PEM, DER in base64, or one bundle with the key. */
import type { KeyObject } from "node:crypto";
import type { ReplyValue } from "../../core/json-bytes.ts";
import { Secret } from "../../core/secret.ts";
import type { Call } from "../../kernel/plugin.ts";
import type { Certificate } from "../../x509/certificate.ts";
import { keyFacts } from "../../x509/keys.ts";
import { base64Bytes, certificatePem, secretPem } from "../../x509/pem.ts";
import { invalid } from "./input.ts";

export interface Form {
  readonly format: "pem" | "der" | "pem_bundle";
  readonly pkcs8: boolean;
}

export function formOf(call: Call): Form {
  const format = call.fields.string("format") ?? "pem";
  if (format !== "pem" && format !== "der" && format !== "pem_bundle")
    throw invalid('the "format" path parameter must be "pem", "der", or "pem_bundle"');
  const keyFormat = call.fields.string("private_key_format") ?? "der";
  if (!["der", "pem", "pkcs8", ""].includes(keyFormat))
    throw invalid('the "private_key_format" parameter must be "der", "pem" or "pkcs8"');
  return { format, pkcs8: keyFormat === "pkcs8" };
}

const LABELS = { rsa: ["pkcs1", "RSA PRIVATE KEY"], ec: ["sec1", "EC PRIVATE KEY"] } as const;

/** Owned by the caller, who zeroes it. */
function keyDer(key: KeyObject, pkcs8: boolean): { der: Buffer; label: string } {
  const type = keyFacts(key)?.type;
  if (pkcs8 || type === undefined || type === "ed25519")
    return { der: key.export({ format: "der", type: "pkcs8" }), label: "PRIVATE KEY" };
  const [form, label] = LABELS[type];
  return { der: key.export({ format: "der", type: form }) as Buffer, label };
}

function keyPem(key: KeyObject, pkcs8: boolean): Buffer {
  const { der, label } = keyDer(key, pkcs8);
  const pem = secretPem(label, der);
  der.fill(0);
  return pem;
}

/** `private_key` and its type. */
export function keyData({ format, pkcs8 }: Form, key: KeyObject): Record<string, ReplyValue> {
  const type = keyFacts(key)?.type ?? "";
  if (format !== "der") return { private_key: Secret.own(keyPem(key, pkcs8)), private_key_type: type };
  const { der } = keyDer(key, pkcs8);
  const coded = base64Bytes(der);
  der.fill(0);
  return { private_key: Secret.own(coded), private_key_type: type };
}

export interface Shown {
  readonly der: Buffer;
  /** PEM of the issuer and what is above it. */
  readonly chain: readonly string[];
  /** Goes into a bundle. */
  readonly key: KeyObject | null;
  readonly removeRoots?: boolean;
  /** The issuer itself. */
  readonly root: Certificate;
}

const coded = (pem: string): string => pem.split("\n").slice(1, -1).join("");

/** `certificate`, `issuing_ca` and `ca_chain`. */
export function certificateData(form: Form, shown: Shown): Record<string, ReplyValue> {
  const { der, key, root } = shown;
  const own = root.subjectRaw.equals(root.issuerRaw) && shown.removeRoots === true;
  const chain = own ? shown.chain.slice(0, -1) : shown.chain;
  const [issuing = certificatePem(root.der)] = shown.chain;
  if (form.format === "der")
    return {
      certificate: der.toString("base64"),
      issuing_ca: coded(issuing),
      ...(chain.length > 0 && { ca_chain: chain.map(coded) }),
    };
  const base = { issuing_ca: issuing, ...(chain.length > 0 && { ca_chain: chain }) };
  if (form.format === "pem") return { ...base, certificate: certificatePem(der) };
  const whole = [certificatePem(der), ...chain].join("\n");
  if (key === null) return { ...base, certificate: whole };
  const pem = keyPem(key, false);
  const bundle = Buffer.concat([pem, Buffer.from(`\n${whole}`)]);
  pem.fill(0);
  return { ...base, certificate: Secret.own(bundle) };
}
