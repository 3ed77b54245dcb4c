/** What anyone may read: certificates, chains and revocation lists, as JSON or as they are. */
import { BulkheadError } from "../../core/errors.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { certificatePem, writePem } from "../../x509/pem.ts";
import type { Authority, IssuerRow } from "./authority.ts";
import { CERT, REVOKED, loadCertificate, loadRevocation, serialOf } from "./certs.ts";
import type { PkiContext } from "./context.ts";
import type { Crls } from "./crl.ts";

const TYPES = {
  certificate: "application/pkix-cert",
  chain: "application/pem-certificate-chain",
  pem: "application/pem-certificate-chain",
  list: "application/pkix-crl",
  listPem: "application/x-pem-file",
} as const;

const raw = (contentType: string, body: Buffer | string): Reply => ({
  raw: { contentType, body: Buffer.from(body as string) },
});

interface Reading {
  readonly context: PkiContext;
  readonly crls: Crls;
}

async function defaultOf(
  { context }: Reading,
  call: Call,
): Promise<{ authority: Authority; issuer: IssuerRow | null }> {
  const authority = await context.authorities.load(call.storage);
  return { authority, issuer: authority.find("default") };
}

/** Without a default issuer there is nothing to say: 204. */
async function rawCa(
  reading: Reading,
  call: Call,
  form: "der" | "pem" | "chain",
): Promise<Reply | undefined> {
  const { authority, issuer } = await defaultOf(reading, call);
  if (issuer === null) return undefined;
  if (form === "chain") return raw(TYPES.chain, authority.chain(issuer.id).join("\n"));
  const { der } = authority.certificate(issuer.id);
  return form === "der" ? raw(TYPES.certificate, der) : raw(TYPES.pem, certificatePem(der));
}

async function rawList(reading: Reading, call: Call, pem: boolean): Promise<Reply | undefined> {
  const { issuer } = await defaultOf(reading, call);
  const list = issuer === null ? null : await reading.crls.current(call.storage, issuer);
  if (list === null) return undefined;
  return pem ? raw(TYPES.listPem, writePem("X509 CRL", list)) : raw(TYPES.list, list);
}

const NOT_REVOKED = { revocation_time: 0, revocation_time_rfc3339: "" } as const;

async function readNamed(reading: Reading, call: Call, what: "ca" | "ca_chain" | "crl"): Promise<Reply> {
  const { authority, issuer } = await defaultOf(reading, call);
  if (issuer === null) throw new BulkheadError("pki.no-default");
  if (what === "ca")
    return { data: { certificate: certificatePem(authority.certificate(issuer.id).der), ...NOT_REVOKED } };
  if (what === "ca_chain") {
    const chain = authority.chain(issuer.id).join("\n");
    return { data: { certificate: chain, ca_chain: chain, ...NOT_REVOKED } };
  }
  const list = await reading.crls.current(call.storage, issuer);
  if (list === null) throw new BulkheadError("pki.no-default");
  return { data: { certificate: writePem("X509 CRL", list), ...NOT_REVOKED } };
}

async function storedOf(call: Call): Promise<{ serial: string; der: Buffer } | null> {
  const serial = serialOf(call.params.serial ?? "");
  if (serial === null) throw new BulkheadError("request.unsupported-path");
  const stored = await loadCertificate(call.storage, serial);
  return stored === null ? null : { serial, der: stored.der };
}

async function readCert(call: Call): Promise<Reply | null> {
  const found = await storedOf(call);
  if (found === null) return null;
  const revocation = await loadRevocation(call.storage, found.serial);
  return {
    data: {
      certificate: certificatePem(found.der),
      ...(revocation === null
        ? NOT_REVOKED
        : {
            issuer_id: revocation.issuerId,
            revocation_time: Math.floor(revocation.time / 1_000),
            revocation_time_rfc3339: new Date(revocation.time).toISOString(),
          }),
    },
  };
}

async function rawCert(call: Call, pem: boolean): Promise<Reply | null> {
  const found = await storedOf(call);
  if (found === null) return null;
  return pem ? raw(TYPES.pem, certificatePem(found.der)) : raw(TYPES.certificate, found.der);
}

async function issuerPart({ context, crls }: Reading, call: Call, form: string): Promise<Reply | undefined> {
  const authority = await context.authorities.load(call.storage);
  const { id, name } = authority.issuer(call.params.ref ?? "");
  const { der } = authority.certificate(id);
  if (form === "json")
    return {
      data: {
        certificate: `${certificatePem(der)}\n`,
        ca_chain: authority.chain(id).map((one) => `${one}\n`),
        issuer_id: id,
        issuer_name: name,
      },
    };
  if (form === "pem") return raw(TYPES.pem, `${certificatePem(der)}\n`);
  if (form === "der") return raw(TYPES.certificate, der);
  const list = await crls.current(call.storage, authority.issuer(id));
  if (list === null) return undefined;
  if (form === "crl/der") return raw(TYPES.list, list);
  const text = `${writePem("X509 CRL", list)}\n`;
  return form === "crl/pem" ? raw(TYPES.listPem, text) : { data: { crl: text } };
}

/** `all`: also those of other issuers of this mount. */
async function rotate({ context, crls }: Reading, call: Call): Promise<Reply> {
  const authority = await context.authorities.load(call.storage);
  for (const issuer of Object.values(authority.row.issuers)) await crls.current(call.storage, issuer, true);
  return { data: { success: true } };
}

const open = (
  pattern: string,
  summary: string,
  read: (call: Call) => Promise<Reply | null | undefined>,
): PathDeclaration => ({ pattern, summary, unauthenticated: true, operations: { read } });

export function readPaths(context: PkiContext, crls: Crls): PathDeclaration[] {
  const reading: Reading = { context, crls };
  return [
    open("ca", "The default issuer's certificate in DER", (call) => rawCa(reading, call, "der")),
    open("ca/pem", "The same in PEM", (call) => rawCa(reading, call, "pem")),
    open("ca_chain", "The default issuer's chain in PEM", (call) => rawCa(reading, call, "chain")),
    open("crl", "The default issuer's revocation list in DER", (call) => rawList(reading, call, false)),
    open("crl/pem", "The same in PEM", (call) => rawList(reading, call, true)),
    ...["crl/rotate", "crl/rotate-delta"].map((pattern) => ({
      pattern,
      summary: "Makes the revocation lists anew",
      operations: {
        read: (call: Call) => rotate(reading, call),
        create: (call: Call) => rotate(reading, call),
        update: (call: Call) => rotate(reading, call),
      },
    })),
    ...(["ca", "ca_chain", "crl"] as const).map((what) =>
      open(`cert/${what}`, "The same in JSON", (call) => readNamed(reading, call, what)),
    ),
    open("cert/{serial}", "A certificate by its serial number", readCert),
    open("cert/{serial}/raw", "The same in DER", (call) => rawCert(call, false)),
    open("cert/{serial}/raw/pem", "The same in PEM", (call) => rawCert(call, true)),
    ...["json", "pem", "der", "crl", "crl/der", "crl/pem"].map((form) =>
      open(`issuer/{ref}/${form}`, "An issuer's certificate or revocation list", (call) =>
        issuerPart(reading, call, form),
      ),
    ),
    {
      pattern: "certs",
      summary: "Lists the serial numbers of stored certificates",
      operations: { list: async ({ storage }) => ({ data: { keys: await storage.list(CERT) } }) },
    },
    {
      pattern: "certs/revoked",
      summary: "Lists the serial numbers of revoked certificates",
      operations: { list: async ({ storage }) => ({ data: { keys: await storage.list(REVOKED) } }) },
    },
  ];
}
