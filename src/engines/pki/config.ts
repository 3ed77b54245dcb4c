/** `config/urls` and `config/crl`: what stands in every certificate and how revocation lists are made. */
import { parseDuration } from "../../core/duration.ts";
import type { StorageReader } from "../../kernel/barrier/index.ts";
import type { Call, FieldDeclaration, Fields, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { type IssuerRow, type MountUrls, NO_URLS } from "./authority.ts";
import type { Urls } from "../../x509/extensions.ts";
import { goDuration, invalid } from "./input.ts";

/** Texts of spans are kept as they were written, as Vault shows them. */
export interface CrlConfig {
  readonly expiry: string;
  readonly disable: boolean;
  readonly auto_rebuild: boolean;
  readonly auto_rebuild_grace_period: string;
  readonly allow_expired_cert_revocation: boolean;
  readonly enable_delta: boolean;
  readonly delta_rebuild_interval: string;
  readonly ocsp_disable: boolean;
  readonly ocsp_expiry: string;
}

const NEW_CRL: CrlConfig = {
  expiry: "72h",
  disable: false,
  auto_rebuild: false,
  auto_rebuild_grace_period: "12h",
  allow_expired_cert_revocation: false,
  enable_delta: false,
  delta_rebuild_interval: "15m",
  // there is no OCSP responder
  ocsp_disable: true,
  ocsp_expiry: "12h",
};

export async function loadCrlConfig(storage: StorageReader): Promise<CrlConfig> {
  const bytes = await storage.get("config/crl");
  return bytes === null ? NEW_CRL : (JSON.parse(bytes.toString("utf8")) as CrlConfig);
}

export async function loadUrls(storage: StorageReader): Promise<MountUrls> {
  const bytes = await storage.get("config/urls");
  return bytes === null ? NO_URLS : (JSON.parse(bytes.toString("utf8")) as MountUrls);
}

/** The issuer's own where it has any, else the mount's. */
export function urlsFor(issuer: Pick<IssuerRow, "urls"> | null, mount: MountUrls): Urls {
  const own = issuer?.urls ?? NO_URLS;
  const has = [own.issuing_certificates, own.crl_distribution_points, own.ocsp_servers].some(
    (one) => one.length > 0,
  );
  const urls = has ? own : mount;
  return {
    issuingCertificates: urls.issuing_certificates,
    crlDistributionPoints: urls.crl_distribution_points,
    ocspServers: urls.ocsp_servers,
  };
}

export const urlFields: Readonly<Record<string, FieldDeclaration>> = Object.fromEntries(
  ["issuing_certificates", "crl_distribution_points", "delta_crl_distribution_points", "ocsp_servers"].map(
    (name) => [
      name,
      { type: "strings", description: "URLs that stand in certificates", plain: true } as const,
    ],
  ),
);

/** Throws `pki.invalid` for what is no URL. */
export function changedUrls(before: MountUrls, fields: Fields): MountUrls {
  const read = (name: keyof MountUrls & string, kept: readonly string[]): readonly string[] => {
    const given = fields.strings(name) ?? kept;
    for (const url of given)
      if (!/^[\x21-\x7e]{1,2000}$/.test(url) || !URL.canParse(url))
        throw invalid(
          `invalid URL found in ${NAMES[name] ?? name}; but enable_templating not specified: ${url.slice(0, 200)}`,
        );
    return given;
  };
  return {
    issuing_certificates: read("issuing_certificates", before.issuing_certificates),
    crl_distribution_points: read("crl_distribution_points", before.crl_distribution_points),
    delta_crl_distribution_points: read(
      "delta_crl_distribution_points",
      before.delta_crl_distribution_points,
    ),
    ocsp_servers: read("ocsp_servers", before.ocsp_servers),
    enable_templating: false,
  };
}

const NAMES: Readonly<Record<string, string>> = {
  issuing_certificates: "issuing certificates",
  crl_distribution_points: "CRL distribution points",
  delta_crl_distribution_points: "Delta CRL distribution points",
  ocsp_servers: "OCSP servers",
};

async function writeUrls(call: Call): Promise<Reply> {
  if (call.fields.bool("enable_templating") === true)
    throw invalid("enable_templating is not offered: write the URLs themselves");
  const urls = await call.storage.transaction(async (tx) => {
    const next = changedUrls(await loadUrls(tx), call.fields);
    tx.put("config/urls", Buffer.from(JSON.stringify(next)));
    return next;
  });
  return { data: { ...urls } };
}

function span(fields: Fields, name: keyof CrlConfig & string, before: string): string {
  const text = fields.string(name);
  if (text === undefined) return before;
  try {
    if (parseDuration(text) > 0) return /^\d+$/.test(text) ? goDuration(Number(text) * 1_000) : text;
  } catch {
    // said below
  }
  throw invalid(`given ${name} could not be decoded: not a duration`);
}

async function writeCrl(call: Call): Promise<Reply> {
  const { fields } = call;
  if (fields.bool("enable_delta") === true)
    throw invalid(
      "delta lists are not offered: a whole list is made anew by the first read after a revocation",
    );
  const config = await call.storage.transaction(async (tx) => {
    const before = await loadCrlConfig(tx);
    const next: CrlConfig = {
      ...before,
      expiry: span(fields, "expiry", before.expiry),
      disable: fields.bool("disable") ?? before.disable,
      auto_rebuild: fields.bool("auto_rebuild") ?? before.auto_rebuild,
      auto_rebuild_grace_period: span(fields, "auto_rebuild_grace_period", before.auto_rebuild_grace_period),
      allow_expired_cert_revocation:
        fields.bool("allow_expired_cert_revocation") ?? before.allow_expired_cert_revocation,
      delta_rebuild_interval: span(fields, "delta_rebuild_interval", before.delta_rebuild_interval),
      ocsp_expiry: span(fields, "ocsp_expiry", before.ocsp_expiry),
    };
    if (next.auto_rebuild && parseDuration(next.auto_rebuild_grace_period) >= parseDuration(next.expiry))
      throw invalid(
        `CRL auto-rebuilding grace period (${next.auto_rebuild_grace_period}) must be strictly shorter than CRL expiry (${next.expiry}) value when auto-rebuilding of CRLs is enabled`,
      );
    tx.put("config/crl", Buffer.from(JSON.stringify(next)));
    return next;
  });
  return { data: { ...config } };
}

const flag = (description: string): FieldDeclaration => ({ type: "bool", description, plain: true });
const text = (description: string): FieldDeclaration => ({ type: "string", description, plain: true });

export const configPaths = (): PathDeclaration[] => [
  {
    pattern: "config/urls",
    summary: "Where issuers' certificates and revocation lists are found",
    fields: { ...urlFields, enable_templating: flag("Not offered") },
    operations: {
      read: async ({ storage }) => ({ data: { ...(await loadUrls(storage)) } }),
      create: writeUrls,
      update: writeUrls,
    },
  },
  {
    pattern: "config/crl",
    summary: "How revocation lists are made",
    fields: {
      expiry: text("How long a list is good for; 72h"),
      disable: flag("Lists are empty"),
      auto_rebuild: flag(
        "Kept for Vault's clients: a list is always made anew when it is read and has changed",
      ),
      auto_rebuild_grace_period: text("How long before its end a list is made anew; 12h"),
      allow_expired_cert_revocation: flag("Certificates may be revoked after their end"),
      enable_delta: flag("Not offered"),
      delta_rebuild_interval: text("Kept for Vault's clients"),
      ocsp_disable: flag("There is no OCSP responder"),
      ocsp_expiry: text("Kept for Vault's clients"),
    },
    operations: {
      read: async ({ storage }) => ({ data: { ...(await loadCrlConfig(storage)) } }),
      create: writeCrl,
      update: writeCrl,
    },
  },
];
