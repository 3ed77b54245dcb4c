/** What the calls that make a CA say of it: names, usages, key, signature and life. */
import type { KeyObject } from "node:crypto";
import type { Call } from "../../kernel/plugin.ts";
import type { StorageTransaction } from "../../kernel/barrier/index.ts";
import { type Certificate } from "../../x509/certificate.ts";
import { EXT_KEY_USAGES, type Extension, KEY_USAGES, extKeyUsage, keyUsage } from "../../x509/extensions.ts";
import { type KeyType, generateKey } from "../../x509/keys.ts";
import { ATTRIBUTE, writeName } from "../../x509/names.ts";
import { checkNames } from "./allowed-names.ts";
import { groupOf } from "./authority.ts";
import { CERT, encodeCertificate } from "./certs.ts";
import { loadUrls, urlsFor } from "./config.ts";
import type { PkiContext } from "./context.ts";
import { invalid } from "./input.ts";
import { checkKeySize, defaultBits } from "./key-sizes.ts";
import { askedNames, subjectFields, withCommonName } from "./leaf.ts";
import { NEW_ROLE, type Role, usageNames } from "./roles.ts";

const NO_URLS_WARNING =
  "This mount hasn't configured any authority information access (AIA) fields; this may make it harder for systems to find missing certificates in the chain or to validate revocation status of certificates. Consider updating /config/urls or the newly generated issuer with this information.";
export const REGENERATE =
  " Since this certificate is an intermediate, it might be useful to regenerate this certificate after fixing this problem for the root mount.";

export async function urlWarnings(call: Call, more = ""): Promise<string[]> {
  const { issuingCertificates, crlDistributionPoints, ocspServers } = urlsFor(
    null,
    await loadUrls(call.storage),
  );
  const none = [issuingCertificates, crlDistributionPoints, ocspServers].every((one) => one.length === 0);
  return none ? [NO_URLS_WARNING + more] : [];
}

/** A CA may carry any name: who may write here decides that. What stands in a role's place. */
const ANY: Role = {
  ...NEW_ROLE,
  allow_any_name: true,
  enforce_hostnames: false,
  allowed_uri_sans: ["*"],
  allowed_other_sans: ["*"],
};

export type Exported = "internal" | "exported" | "existing";

export function exportedOf(call: Call): Exported {
  const { exported = "" } = call.params;
  if (exported === "internal" || exported === "exported" || exported === "existing") return exported;
  if (exported === "kms") throw invalid("keys in a KMS are not offered: generate internal");
  throw invalid('the "exported" path parameter must be "internal", "existing", exported" or "kms"');
}

/** Names and subject of a CA from the call's fields. */
export function described(call: Call) {
  const commonName = call.fields.string("common_name") ?? "";
  const list = (name: string): readonly string[] => call.fields.strings(name) ?? [];
  const serial = call.fields.string("serial_number") ?? "";
  const subject = [
    ...subjectFields({
      country: list("country"),
      organization: list("organization"),
      ou: list("ou"),
      locality: list("locality"),
      province: list("province"),
      street_address: list("street_address"),
      postal_code: list("postal_code"),
    }),
    { type: ATTRIBUTE.commonName, values: commonName === "" ? [] : [commonName] },
    { type: ATTRIBUTE.serialNumber, values: serial === "" ? [] : [serial] },
  ];
  const asked = askedNames(call);
  const named = withCommonName(
    asked,
    /[^\w.@*-]/.test(commonName) ? "" : commonName,
    call.fields.bool("exclude_cn_from_sans") ?? false,
  );
  return { commonName, subjectRaw: writeName(subject), names: checkNames(ANY, named, { displayName: "" }) };
}

/** `key_usage` and `ext_key_usage` of a CA: it always signs certificates and lists. */
export function usagesOf(call: Call): Extension[] {
  const asked = usageNames(call.fields.strings("key_usage") ?? [], KEY_USAGES, "KeyUsage");
  const named = usageNames(
    call.fields.strings("ext_key_usage") ?? [],
    Object.keys(EXT_KEY_USAGES),
    "ExtKeyUsage",
  ) as (keyof typeof EXT_KEY_USAGES)[];
  const ids = [
    ...named.map((name) => EXT_KEY_USAGES[name]),
    ...(call.fields.strings("ext_key_usage_oids") ?? []),
  ];
  const usages = KEY_USAGES.filter((one) => one === "CertSign" || one === "CRLSign" || asked.includes(one));
  return [keyUsage(usages), ...(ids.length > 0 ? [extKeyUsage(ids)] : [])];
}

export const pathLengthOf = (call: Call): number | null => {
  const length = call.fields.int("max_path_length") ?? -1;
  if (length > 1_000) throw invalid("max_path_length is too large");
  return length < 0 ? null : length;
};

export async function keyOf(context: PkiContext, call: Call, exported: Exported): Promise<KeyObject> {
  if (exported === "existing") {
    const authority = await context.authorities.load(call.storage);
    return await authority.privateKey(
      call.storage,
      authority.key(call.fields.string("key_ref") ?? "default").id,
    );
  }
  return await newKey(call);
}

export async function newKey(call: Call): Promise<KeyObject> {
  const type = call.fields.string("key_type") ?? "rsa";
  if (type === "any") throw invalid(`unknown key type ${type}`);
  const bits = call.fields.int("key_bits") || defaultBits(type);
  checkKeySize(type, bits);
  return await generateKey(type as KeyType, bits);
}

export const signingOf = (call: Call): { bits: number; pss: boolean } => {
  const bits = call.fields.int("signature_bits") ?? 0;
  if (![0, 256, 384, 512].includes(bits)) throw invalid(`unsupported hash signature algorithm: ${bits}`);
  return { bits, pss: call.fields.bool("use_pss") ?? false };
};

export const timesOf = (call: Call) => ({
  ...NEW_ROLE,
  not_before_duration: call.fields.duration("not_before_duration") ?? NEW_ROLE.not_before_duration,
});

export function keep(tx: StorageTransaction, certificate: Certificate, issuer: Certificate): void {
  tx.put(
    CERT + certificate.serial,
    encodeCertificate({ notAfter: certificate.notAfter, group: groupOf(issuer), der: certificate.der }),
  );
}
