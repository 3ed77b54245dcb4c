/** `certs/`: what is trusted, and what its tokens are like. */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import { plain } from "../../kernel/plain-field.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import type { Certificate } from "../../x509/certificate.ts";
import { oid } from "../../x509/der.ts";
import { EXT_KEY_USAGES } from "../../x509/extensions.ts";
import {
  type FormerNames,
  NEW_TOKEN_PARAMETERS,
  changedParameters,
  checkParameters,
  describeParameters,
  tokenFields,
} from "../token-parameters.ts";
import { ENTRY, type Entry, certificatesOf, loadEntry } from "./store.ts";

const FORMER: FormerNames = {
  token_policies: "policies",
  token_ttl: "ttl",
  token_max_ttl: "max_ttl",
  token_period: "period",
  token_bound_cidrs: "bound_cidrs",
};
const NAMES = [
  "allowed_names",
  "allowed_common_names",
  "allowed_dns_sans",
  "allowed_email_sans",
  "allowed_uri_sans",
  "allowed_organizational_units",
  "required_extensions",
  "allowed_metadata_extensions",
] as const;
/** Asks for what is not offered, unless empty. */
const NOT_OFFERED = [
  "ocsp_enabled",
  "ocsp_fail_open",
  "ocsp_query_all_servers",
  "token_strictly_bind_ip",
] as const;

const invalid = (problem: string): BulkheadError => new BulkheadError("cert.invalid", { problem });

function entryName({ params }: Call): string {
  const name = (params.name ?? "").toLowerCase();
  if (!/^\w[\w.-]{0,253}$/.test(name)) throw new BulkheadError("request.unsupported-path");
  return name;
}

function trusted(pem: string): Certificate[] {
  let found: Certificate[];
  try {
    found = certificatesOf(pem);
  } catch (error) {
    if (isBulkheadError(error) && error.code === "x509.malformed")
      throw invalid("failed to parse certificate");
    throw error;
  }
  if (found.length === 0) throw invalid("failed to parse certificate");
  for (const { constraints, extKeyUsage } of found)
    if (
      !constraints.ca &&
      extKeyUsage !== null &&
      !extKeyUsage.includes(EXT_KEY_USAGES.ClientAuth) &&
      !extKeyUsage.includes(EXT_KEY_USAGES.Any)
    )
      throw invalid("nonCA certificates should have TLS client authentication set as an extended key usage");
  return found;
}

function checkExtensions(entry: Entry): void {
  for (const text of entry.required_extensions ?? []) {
    const [id = "", value] = text.replace(/^hex:/, "").split(/:(.*)/s);
    if (value === undefined) throw invalid("required_extensions: expected `OID:pattern` or `hex:OID:value`");
    oid(id);
  }
  for (const id of entry.allowed_metadata_extensions ?? []) oid(id);
}

async function write(call: Call): Promise<undefined> {
  const { fields, storage } = call;
  const name = entryName(call);
  for (const field of NOT_OFFERED)
    if (fields.bool(field) === true)
      throw invalid(`${field} is not offered: upload revocation lists at crls/NAME`);
  await storage.transaction(async (tx) => {
    const before = await loadEntry(tx, name);
    const lists = Object.fromEntries(
      NAMES.map((field) => [field, fields.strings(field) ?? before?.[field] ?? null]),
    ) as Pick<Entry, (typeof NAMES)[number]>;
    const entry: Entry = {
      ...changedParameters(before ?? NEW_TOKEN_PARAMETERS, fields, FORMER),
      ...lists,
      certificate: fields.string("certificate") ?? before?.certificate ?? "",
      display_name: fields.string("display_name") ?? before?.display_name ?? name,
    };
    checkParameters(entry);
    trusted(entry.certificate);
    checkExtensions(entry);
    tx.put(ENTRY + name, Buffer.from(JSON.stringify(entry)));
  });
}

const NO_OCSP = {
  ocsp_ca_certificates: "",
  ocsp_enabled: false,
  ocsp_fail_open: false,
  ocsp_query_all_servers: false,
  ocsp_servers_override: null,
} as const;

async function read(call: Call): Promise<Reply | null> {
  const entry = await loadEntry(call.storage, entryName(call));
  if (entry === null) return null;
  const lists = Object.fromEntries(NAMES.map((field) => [field, entry[field]])) as Record<string, ReplyValue>;
  return {
    data: {
      ...describeParameters(entry),
      ...lists,
      ...NO_OCSP,
      token_strictly_bind_ip: false,
      certificate: entry.certificate,
      display_name: entry.display_name,
    },
  };
}

export const entryPaths = (): PathDeclaration[] => [
  {
    pattern: "certs",
    summary: "Lists the entries",
    operations: { list: async ({ storage }) => ({ data: { keys: await storage.list(ENTRY) } }) },
  },
  {
    pattern: "certs/{name}",
    summary: "Writes, reads or deletes what is trusted",
    fields: {
      ...tokenFields(FORMER),
      certificate: plain("string", "CAs or clients' certificates in PEM"),
      ...Object.fromEntries(
        NAMES.map((field) => [
          field,
          plain("strings", `${field.replaceAll("_", " ")}; * stands for any text`),
        ]),
      ),
      display_name: plain("string", "The tokens' display name; default: the entry's name"),
      ...Object.fromEntries(NOT_OFFERED.map((field) => [field, plain("bool", "Not offered")])),
      ocsp_ca_certificates: plain("string", "Kept for Vault's clients: OCSP is not offered"),
      ocsp_servers_override: plain("strings", "Kept for Vault's clients: OCSP is not offered"),
    },
    operations: {
      read,
      create: write,
      update: write,
      delete: async (call) => {
        await call.storage.delete(ENTRY + entryName(call));
        return undefined;
      },
    },
  },
];
