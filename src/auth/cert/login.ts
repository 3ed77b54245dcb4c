/** `login`: the connection's certificate against a token; and whether a token of such a login may live longer. */
import { BulkheadError, isBulkheadError } from "../../core/errors.ts";
import type { Storage } from "../../kernel/barrier/index.ts";
import { withinCidrs } from "../../kernel/cidr.ts";
import type { Backend, Call, MountContext, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import {
  type Certificate,
  fingerprint,
  keyIdOf,
  readCertificate,
  serialText,
} from "../../x509/certificate.ts";
import { Reader } from "../../x509/der.ts";
import { EXTENSION } from "../../x509/extensions.ts";
import { ATTRIBUTE, valuesOf } from "../../x509/names.ts";
import { grantOf } from "../token-parameters.ts";
import { type Presented, extensionText, matchEntry } from "./match.ts";
import { type Store, type Trust, loadConfig } from "./store.ts";

export interface CertContext extends Pick<MountContext, "clock" | "services" | "mount"> {
  readonly store: Store;
}

/** Beyond any real chain; TLS itself takes 100 KiB of certificates at most. */
const MOST_CERTIFICATES = 10;

/** null: what was shown is no certificate that can be read. */
function present(ders: readonly Buffer[], now: number): Presented | null {
  const [first, ...rest] = ders;
  if (first === undefined || rest.length >= MOST_CERTIFICATES) return null;
  try {
    return { leaf: readCertificate(first), others: rest.map((der) => readCertificate(der)), now };
  } catch (error) {
    if (isBulkheadError(error)) return null;
    throw error;
  }
}

interface Found {
  readonly trust: Trust | null;
  /** Some entry trusts the certificate, but not with these names or extensions. */
  readonly constrained: boolean;
  readonly reason: string;
}

/** The first entry, of those in question, that lets it in. */
async function find(
  context: CertContext,
  storage: Storage,
  presented: Presented,
  name: string,
): Promise<Found> {
  const { store } = context;
  const one = name === "" ? null : await store.entries.get(storage, name);
  const candidates = name === "" ? await store.entries.all(storage) : one === null ? [] : [one];
  const crls = await store.crls.all(storage);
  let constrained = false;
  let reason = candidates.length === 0 ? "no entry of that name" : "";
  for (const trust of candidates) {
    const verdict = matchEntry(trust, presented, crls);
    if (verdict.kind === "matched") return { trust, constrained: false, reason: "" };
    if (verdict.kind === "constraint") constrained = true;
    if (reason === "" || verdict.kind === "constraint") reason = `${trust.name}: ${verdict.reason}`;
  }
  return { trust: null, constrained, reason };
}

function refuse(
  { services, mount }: CertContext,
  call: Call,
  leaf: Certificate | null,
  found: Pick<Found, "constrained" | "reason">,
): BulkheadError {
  services.operatorLog.warn("cert.login-refused", {
    request: call.requestId,
    mount: mount.path,
    remote: call.remote,
    reason: found.reason,
    ...(leaf !== null && { serial: leaf.serial, fingerprint: fingerprint(leaf.der) }),
  });
  return new BulkheadError(found.constrained ? "cert.no-match" : "cert.refused");
}

async function login(context: CertContext, call: Call): Promise<Reply> {
  if (call.certificates.length === 0) throw new BulkheadError("cert.no-certificate");
  const presented = present(call.certificates, context.clock.now());
  if (presented === null)
    throw refuse(context, call, null, {
      constrained: false,
      reason: "the chain cannot be read, or is too long",
    });
  const { leaf } = presented;
  const found = await find(
    context,
    call.storage,
    presented,
    (call.fields.string("name") ?? "").toLowerCase(),
  );
  const { trust } = found;
  if (trust === null) throw refuse(context, call, leaf, found);
  if (!withinCidrs(call.remote, trust.entry.token_bound_cidrs))
    throw refuse(context, call, leaf, { constrained: false, reason: `${trust.name}: token_bound_cidrs` });
  const [commonName = ""] = valuesOf(leaf.subject, ATTRIBUTE.commonName).slice(-1);
  // who logged in must have a name
  if (commonName === "") throw new BulkheadError("cert.invalid", { problem: "missing name in alias" });
  const metadata = metadataOf(leaf, trust);
  const { enable_identity_alias_metadata: shown } = await loadConfig(call.storage);
  return {
    auth: {
      ...grantOf(trust.entry, {
        displayName: trust.entry.display_name,
        metadata: { ...trust.entry.token_metadata, ...metadata },
      }),
      actor: "machine",
      alias: { name: commonName, metadata: shown ? metadata : {} },
      internal: {
        entry: trust.name,
        fingerprint: fingerprint(leaf.der),
        chain: [leaf, ...presented.others].map(({ der }) => der.toString("base64")).join(","),
      },
    },
  };
}

function metadataOf(leaf: Certificate, { name, entry }: Trust): Record<string, string> {
  const extensions = (entry.allowed_metadata_extensions ?? []).flatMap((id) => {
    const found = leaf.extensions.get(id);
    return found === undefined ? [] : [[id.replaceAll(".", "-"), extensionText(found.value) ?? ""] as const];
  });
  const [commonName = ""] = valuesOf(leaf.subject, ATTRIBUTE.commonName).slice(-1);
  return {
    ...Object.fromEntries(extensions),
    cert_name: name,
    common_name: commonName,
    serial_number: BigInt(`0x${leaf.serialBytes.toString("hex")}`).toString(),
    subject_key_id: leaf.extensions.has(EXTENSION.subjectKeyIdentifier) ? serialText(keyIdOf(leaf)) : "",
    authority_key_id: authorityKeyId(leaf),
  };
}

function authorityKeyId({ extensions }: Certificate): string {
  const found = extensions.get(EXTENSION.authorityKeyIdentifier);
  if (found === undefined) return "";
  try {
    const id = new Reader(found.value, "key identifier").enter().optional(0x80);
    return id === null ? "" : serialText(id.body);
  } catch {
    return "";
  }
}

/** The certificate of the login must still be let in by the same entry with the same policies; and be the one that asks, where that is known. */
export const renewal = async (
  context: CertContext,
  token: Parameters<NonNullable<Backend["renewLogin"]>>[0],
  storage: Storage,
): Promise<void> => {
  const { internal, certificates } = token;
  const { disable_binding: unbound } = await loadConfig(storage);
  if (!unbound && certificates !== undefined) {
    const [asking] = certificates;
    if (asking === undefined || fingerprint(asking) !== internal.fingerprint)
      throw new BulkheadError("cert.refused");
  }
  const chain = (internal.chain ?? "").split(",").map((der) => Buffer.from(der, "base64"));
  const presented = present(chain, context.clock.now());
  const found = presented === null ? null : await find(context, storage, presented, internal.entry ?? "");
  const trust = found?.trust ?? null;
  if (trust === null) throw new BulkheadError("cert.refused");
  const now = new Set([
    ...trust.entry.token_policies,
    ...(trust.entry.token_no_default_policy ? [] : ["default"]),
  ]);
  if (token.policies.length !== now.size || token.policies.some((policy) => !now.has(policy)))
    throw new BulkheadError("cert.invalid", { problem: "policies have changed, not renewing" });
};

export const loginPaths = (context: CertContext): PathDeclaration[] => [
  {
    pattern: "login",
    summary: "Gives a token for the connection's client certificate",
    unauthenticated: true,
    fields: { name: { type: "string", description: "The only entry to try", plain: true } },
    operations: { create: (call) => login(context, call), update: (call) => login(context, call) },
  },
];
