/** `issuers`, `issuer/REF`, `config/issuers`, and the end of all issuers and keys, `DELETE root`. */
import type { ReplyValue } from "../../core/json-bytes.ts";
import { plain } from "../../kernel/plain-field.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { algorithmName, algorithmNamed } from "../../x509/keys.ts";
import { certificatePem } from "../../x509/pem.ts";
import {
  Authority,
  type IssuerRow,
  USAGES,
  checkRef,
  readAuthority,
  removeKey,
  signingOf,
  writeAuthority,
} from "./authority.ts";
import { changedUrls, urlFields } from "./config.ts";
import type { PkiContext } from "./context.ts";
import { invalid } from "./input.ts";
import { revokeCertificate } from "./revoke.ts";
import { changeAuthority } from "./authority.ts";
import { posting } from "./posting.ts";

const chainPem = (authority: Authority, id: string): string[] => authority.chain(id).map((pem) => `${pem}\n`);

async function describeIssuer(
  call: Call,
  authority: Authority,
  issuer: IssuerRow,
): Promise<Record<string, ReplyValue>> {
  const { id, urls, keyId } = issuer;
  const { enable_templating: _, ...shown } = urls;
  const algorithm =
    keyId === "" ? "" : algorithmName(await authority.privateKey(call.storage, keyId), signingOf(issuer));
  return {
    issuer_id: id,
    issuer_name: issuer.name,
    key_id: keyId,
    certificate: `${certificatePem(authority.certificate(id).der)}\n`,
    ca_chain: chainPem(authority, id),
    manual_chain: issuer.manualChain,
    leaf_not_after_behavior: issuer.leafNotAfter,
    usage: issuer.usage.join(","),
    revocation_signature_algorithm: algorithm,
    revoked: issuer.revoked > 0,
    ...(issuer.revoked > 0 && {
      revocation_time: Math.floor(issuer.revoked / 1_000),
      revocation_time_rfc3339: new Date(issuer.revoked).toISOString(),
    }),
    ...shown,
  };
}

async function readIssuer(context: PkiContext, call: Call): Promise<Reply> {
  const authority = await context.authorities.load(call.storage);
  const issuer = authority.issuer(call.params.ref ?? "");
  return { data: await describeIssuer(call, authority, issuer) };
}

const BEHAVIOURS = ["err", "truncate", "permit"] as const;

function changedIssuer(authority: Authority, before: IssuerRow, { fields }: Call, patch: boolean): IssuerRow {
  const kept = <T>(given: T | undefined, stays: T, reset: T): T => given ?? (patch ? stays : reset);
  const name = kept(fields.string("issuer_name"), before.name, "");
  if (name !== before.name) checkRef(name, "issuer", Object.values(authority.row.issuers));
  const behaviour = kept<string>(fields.string("leaf_not_after_behavior"), before.leafNotAfter, "err");
  const leafNotAfter = BEHAVIOURS.find((one) => one === behaviour);
  if (leafNotAfter === undefined)
    throw invalid(
      "Unknown value for field `leaf_not_after_behavior`. Possible values are `err`, `truncate`, and `permit`.",
    );
  const usage = kept<readonly string[]>(fields.strings("usage"), before.usage, USAGES);
  if (usage.some((one) => !(USAGES as readonly string[]).includes(one)))
    throw invalid(
      `Unable to parse specified usages: [${usage.join(" ").slice(0, 200)}] - valid values are ${USAGES.join(",")}`,
    );
  const algorithm = kept(fields.string("revocation_signature_algorithm"), before.crlAlgorithm, "");
  if (algorithm !== "" && algorithmNamed(algorithm) === null)
    throw invalid(`Unknown signature algorithm value: ${algorithm.slice(0, 100)}`);
  const manual = fields.strings("manual_chain");
  const manualChain =
    manual === undefined
      ? patch
        ? before.manualChain
        : null
      : manual.length === 0
        ? null
        : manual.map((ref) => (ref === "self" ? before.id : authority.issuer(ref).id));
  if (manualChain !== null && manualChain[0] !== before.id)
    throw invalid("manual_chain must begin with the issuer itself");
  return {
    ...before,
    name,
    leafNotAfter,
    usage: USAGES.filter((one) => one === "read-only" || usage.includes(one)),
    crlAlgorithm: algorithm,
    manualChain,
    urls: changedUrls(
      patch
        ? before.urls
        : { ...before.urls, issuing_certificates: [], crl_distribution_points: [], ocsp_servers: [] },
      fields,
    ),
  };
}

async function writeIssuer(context: PkiContext, call: Call, patch: boolean): Promise<Reply> {
  const row = await call.storage.transaction(async (tx) => {
    const now = await readAuthority(tx);
    const authority = new Authority(now, new Map());
    const issuer = changedIssuer(authority, authority.issuer(call.params.ref ?? ""), call, patch);
    if (issuer.keyId !== "" && issuer.crlAlgorithm !== "")
      algorithmName(await authority.privateKey(tx, issuer.keyId), signingOf(issuer));
    writeAuthority(tx, { ...now, issuers: { ...now.issuers, [issuer.id]: issuer } });
    return issuer;
  });
  const authority = await context.authorities.load(call.storage);
  return { data: await describeIssuer(call, authority, row) };
}

async function deleteIssuer(call: Call): Promise<Reply> {
  const warnings = await call.storage.transaction(async (tx) => {
    const row = await readAuthority(tx);
    const found = new Authority(row, new Map()).find(call.params.ref ?? "");
    if (found === null) return [];
    const { [found.id]: _, ...issuers } = row.issuers;
    const wasDefault = row.defaultIssuer === found.id;
    const kept = Object.fromEntries(
      Object.entries(issuers).map(([id, one]) => [
        id,
        one.manualChain?.includes(found.id) === true ? { ...one, manualChain: null } : one,
      ]),
    );
    writeAuthority(tx, { ...row, issuers: kept, defaultIssuer: wasDefault ? "" : row.defaultIssuer });
    return wasDefault
      ? [
          `Deleted issuer ${found.id} (via issuer_ref ${call.params.ref ?? ""}); this was configured as the default issuer. Operations without an explicit issuer will not work until a new default is configured.`,
        ]
      : [];
  });
  return { data: null, warnings, status: 200 };
}

/** The issuer signs no more; its certificate stands in its parent's list, where that is here. */
async function revokeIssuer(context: PkiContext, call: Call): Promise<Reply> {
  const now = context.clock.now();
  const authority = await context.authorities.load(call.storage);
  const issuer = authority.issuer(call.params.ref ?? "");
  await call.storage.transaction(async (tx) => {
    const row = await readAuthority(tx);
    const current = row.issuers[issuer.id];
    if (current === undefined || current.revoked > 0) return;
    const revoked = {
      ...current,
      revoked: now,
      usage: current.usage.filter((one) => one !== "issuing-certificates"),
    };
    writeAuthority(tx, { ...row, issuers: { ...row.issuers, [issuer.id]: revoked } });
  });
  const certificate = authority.certificate(issuer.id);
  const parent = authority.issuerOf(certificate);
  if (parent !== null && parent.id !== issuer.id)
    await revokeCertificate(context, call.storage, certificate, parent);
  return await readIssuer(context, call);
}

async function listIssuers(context: PkiContext, call: Call): Promise<Reply> {
  const authority = await context.authorities.load(call.storage);
  const all = Object.values(authority.row.issuers).sort((a, b) => (a.id < b.id ? -1 : 1));
  const info = all.map(({ id, name, keyId }) => [
    id,
    {
      issuer_name: name,
      key_id: keyId,
      is_default: id === authority.row.defaultIssuer,
      serial_number: authority.certificate(id).serial,
    },
  ]);
  return { data: { keys: all.map(({ id }) => id), key_info: Object.fromEntries(info) as ReplyValue } };
}

async function writeDefaults(call: Call): Promise<Reply> {
  const ref = call.fields.string("default") ?? "";
  const follows = call.fields.bool("default_follows_latest_issuer");
  if (ref === "" || ref === "default")
    throw invalid("Invalid issuer specification; must be non-empty and can't be 'default'.");
  const row = await changeAuthority(call, (before) => {
    const found = new Authority(before, new Map()).find(ref);
    if (found === null)
      throw invalid(
        `Error resolving issuer reference: unable to find PKI issuer for reference: ${ref.slice(0, 200)}`,
      );
    return { ...before, defaultIssuer: found.id, followsLatest: follows ?? before.followsLatest };
  });
  const warnings =
    row.issuers[row.defaultIssuer]?.keyId === ""
      ? [
          "This selected default issuer has no key associated with it. Some operations like issuing certificates and signing CRLs will be unavailable with the requested default issuer until a key is imported or the default issuer is changed.",
        ]
      : [];
  return { data: { default: row.defaultIssuer, default_follows_latest_issuer: row.followsLatest }, warnings };
}

const DELETE_ROOT =
  "DELETE /root deletes all keys and issuers; prefer the new DELETE /key/:key_ref and DELETE /issuer/:issuer_ref for finer granularity, unless removal of all keys and issuers is desired.";

async function deleteRoot(call: Call): Promise<Reply> {
  await call.storage.transaction(async (tx) => {
    let row = await readAuthority(tx);
    for (const id of Object.keys(row.keys)) row = removeKey(tx, row, id);
    writeAuthority(tx, { ...row, issuers: {}, defaultIssuer: "" });
  });
  return { data: null, status: 200, warnings: [DELETE_ROOT] };
}

export const issuerPaths = (context: PkiContext): PathDeclaration[] => [
  {
    pattern: "issuers",
    summary: "Lists the issuers",
    unauthenticated: true,
    operations: { list: (call) => listIssuers(context, call) },
  },
  {
    pattern: "issuer/{ref}",
    summary: "Reads, changes or deletes an issuer",
    fields: {
      issuer_name: plain("string", "A name for it"),
      leaf_not_after_behavior: plain(
        "string",
        "err, truncate or permit: a certificate that would outlive it",
      ),
      usage: plain("strings", USAGES.join(", ")),
      manual_chain: plain("strings", "Issuers of the chain, itself first"),
      revocation_signature_algorithm: plain("string", "SHA256WithRSA and so on; empty: by the key"),
      ...urlFields,
    },
    operations: {
      read: (call) => readIssuer(context, call),
      ...posting((call) => writeIssuer(context, call, false)),
      patch: (call) => writeIssuer(context, call, true),
      delete: deleteIssuer,
    },
  },
  {
    pattern: "issuer/{ref}/revoke",
    summary: "Ends what an issuer may issue, and revokes its certificate",
    operations: posting((call) => revokeIssuer(context, call)),
  },
  {
    pattern: "config/issuers",
    summary: "The default issuer",
    fields: {
      default: plain("string", "Id or name of an issuer"),
      default_follows_latest_issuer: plain("bool", "Each new issuer with a key becomes the default"),
    },
    operations: {
      read: async (call) => {
        const { row } = await context.authorities.load(call.storage);
        return { data: { default: row.defaultIssuer, default_follows_latest_issuer: row.followsLatest } };
      },
      ...posting(writeDefaults),
    },
  },
  {
    pattern: "root",
    summary: "Deletes every issuer and key of this mount",
    sudo: true,
    operations: { delete: deleteRoot },
  },
];
