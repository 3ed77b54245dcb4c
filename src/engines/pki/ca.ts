/** The paths that make CAs: roots, intermediates, signing those, and taking what was made elsewhere. */
import { plain } from "../../kernel/plain-field.ts";
import type { FieldDeclaration, PathDeclaration } from "../../kernel/plugin.ts";
import type { PkiContext } from "./context.ts";
import { formFields, namesFields, timeFields } from "./leaf.ts";
import { generateRoot, generateIntermediate } from "./generate.ts";
import { importBundle } from "./import.ts";
import { posting } from "./posting.ts";
import { signIntermediate, signSelfIssued } from "./sign-ca.ts";

const caFields: Readonly<Record<string, FieldDeclaration>> = {
  ...namesFields,
  ...formFields,
  ...timeFields,
  ...Object.fromEntries(
    ["country", "organization", "ou", "locality", "province", "street_address", "postal_code"].map((name) => [
      name,
      plain("strings", `The subject's ${name.replace("_", " ")}`),
    ]),
  ),
  not_before_duration: plain("duration", "How long before now it begins; 30s"),
  max_path_length: plain("int", "CAs that may follow; -1: not limited"),
  permitted_dns_domains: plain("strings", "The only domains below it (name constraints)"),
  key_usage: plain("strings", "Further key usages"),
  ext_key_usage: plain("strings", "Extended key usages"),
  ext_key_usage_oids: plain("strings", "The same by object identifiers"),
  signature_bits: plain("int", "256, 384 or 512; 0: by the key"),
  use_pss: plain("bool", "RSA with PSS"),
};
const keyFields: Readonly<Record<string, FieldDeclaration>> = {
  key_type: plain("string", "rsa (default), ec, ed25519"),
  key_bits: plain("int", "2048 to 8192, or 224, 256, 384, 521"),
  key_name: plain("string", "A name for the key"),
  key_ref: plain("string", "Of `existing`: the key to use"),
  external_key_ref: plain("string", "Not offered"),
  issuer_name: plain("string", "A name for the issuer"),
};
const bundleFields: Readonly<Record<string, FieldDeclaration>> = {
  pem_bundle: { type: "secret", description: "Certificates and private keys in PEM" },
  certificate: { type: "secret", description: "The same, by another name" },
};

export const caPaths = (context: PkiContext): PathDeclaration[] => [
  ...["root/generate/{exported}", "issuers/generate/root/{exported}", "root/rotate/{exported}"].map(
    (pattern) => ({
      pattern,
      summary: "Makes a root: a key and a certificate that it signs itself",
      fields: { ...caFields, ...keyFields },
      operations: posting((call) => generateRoot(context, call)),
    }),
  ),
  ...["intermediate/generate/{exported}", "issuers/generate/intermediate/{exported}"].map((pattern) => ({
    pattern,
    summary: "Makes a key and a request, to be signed by another CA",
    fields: {
      ...caFields,
      ...keyFields,
      add_basic_constraints: plain("bool", "The request asks to be a CA"),
    },
    operations: posting((call) => generateIntermediate(context, call)),
  })),
  ...["root/sign-intermediate", "issuer/{ref}/sign-intermediate"].map((pattern) => ({
    pattern,
    summary: "Signs a request as a CA",
    fields: {
      ...caFields,
      csr: plain("string", "A certification request in PEM"),
      use_csr_values: plain("bool", "Subject and names of the request"),
      issuer_ref: plain("string", "Which issuer signs"),
      skid: { ...plain("string", "Not offered: made from the key"), refused: true },
      issuer_name: plain("string", "Kept for Vault's clients"),
    },
    operations: posting((call) => signIntermediate(context, call)),
  })),
  {
    pattern: "root/sign-self-issued",
    summary: "Puts a self-signed CA under this one",
    sudo: true,
    fields: {
      certificate: plain("string", "A self-signed CA's certificate in PEM"),
      require_matching_certificate_algorithms: {
        ...plain("bool", "Not offered: algorithms follow from the issuer's key"),
        refused: true,
      },
    },
    operations: posting((call) => signSelfIssued(context, call)),
  },
  ...(["intermediate/set-signed", "issuers/import/cert"] as const).map((pattern) => ({
    pattern,
    summary: "Takes certificates of CAs",
    fields: bundleFields,
    operations: posting((call) => importBundle(call, false)),
  })),
  ...(["config/ca", "issuers/import/bundle"] as const).map((pattern) => ({
    pattern,
    summary: "Takes certificates of CAs and their private keys",
    fields: bundleFields,
    operations: posting((call) => importBundle(call, true)),
  })),
];
