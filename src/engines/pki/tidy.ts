/** `tidy`: drops what has been over for longer than the safety buffer. */
import type { Storage } from "../../kernel/barrier/index.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { CERT, REVOKED, decodeCertificate, loadRevocation } from "./certs.ts";
import type { PkiContext } from "./context.ts";
import { staleKey } from "./crl.ts";

const PAGE = 500;
const DAYS_3 = 3 * 86_400_000;

async function* pages(storage: Storage, prefix: string): AsyncGenerator<string[]> {
  for (let after: string | undefined; ; ) {
    const keys = await storage.keys(prefix, { limit: PAGE, ...(after !== undefined && { after }) });
    yield keys;
    if (keys.length < PAGE) return;
    after = keys.at(-1);
  }
}

async function dropCertificates(storage: Storage, before: number): Promise<number> {
  let count = 0;
  for await (const page of pages(storage, CERT))
    for (const key of page) {
      const bytes = await storage.get(key);
      if (bytes === null || decodeCertificate(bytes).notAfter >= before) continue;
      await storage.delete(key);
      count++;
    }
  return count;
}

async function dropRevoked(storage: Storage, before: number): Promise<number> {
  let count = 0;
  for await (const page of pages(storage, REVOKED))
    for (const key of page) {
      const serial = key.slice(REVOKED.length);
      const found = await loadRevocation(storage, serial);
      if (found === null || found.notAfter >= before) continue;
      await storage.transaction((tx) => {
        tx.delete(key);
        tx.delete(CERT + serial);
        // the list is made anew without it
        tx.put(staleKey(found.group), Buffer.from("1"));
        return Promise.resolve();
      });
      count++;
    }
  return count;
}

const NONE =
  "Manual tidy requested but no tidy operations were set. Enable at least one tidy operation to be run (tidy_cert_store / tidy_revoked_certs).";

async function tidy({ clock }: PkiContext, call: Call): Promise<Reply> {
  const { fields, storage } = call;
  const certificates = fields.bool("tidy_cert_store") ?? false;
  const revoked =
    (fields.bool("tidy_revoked_certs") ?? false) || (fields.bool("tidy_revocation_list") ?? false);
  if (!certificates && !revoked) return { status: 202, data: null, warnings: [NONE] };
  const buffer = fields.duration("safety_buffer") ?? DAYS_3;
  const started = clock.now();
  const revokedCount = revoked
    ? await dropRevoked(storage, started - (fields.duration("revoked_safety_buffer") ?? buffer))
    : 0;
  const storedCount = certificates ? await dropCertificates(storage, started - buffer) : 0;
  const status = {
    state: "Finished",
    error: null,
    message: null,
    safety_buffer: Math.floor(buffer / 1_000),
    tidy_cert_store: certificates,
    tidy_revoked_certs: revoked,
    cert_store_deleted_count: storedCount,
    revoked_cert_deleted_count: revokedCount,
    time_started: new Date(started).toISOString(),
    time_finished: new Date(clock.now()).toISOString(),
  };
  await storage.put("tidy-status", Buffer.from(JSON.stringify(status)));
  return {
    status: 202,
    data: null,
    warnings: ["Tidy operation is done; tidy-status says what was dropped."],
  };
}

const INACTIVE = {
  state: "Inactive",
  error: null,
  message: null,
  safety_buffer: null,
  tidy_cert_store: null,
  tidy_revoked_certs: null,
  cert_store_deleted_count: null,
  revoked_cert_deleted_count: null,
  time_started: null,
  time_finished: null,
};

async function status({ storage }: Call): Promise<Reply> {
  const bytes = await storage.get("tidy-status");
  return {
    data: bytes === null ? INACTIVE : (JSON.parse(bytes.toString("utf8")) as Record<string, ReplyValue>),
  };
}

const flag = (description: string): FieldDeclaration => ({ type: "bool", description, plain: true });
const span = (description: string): FieldDeclaration => ({ type: "duration", description, plain: true });

export const tidyPaths = (context: PkiContext): PathDeclaration[] => [
  {
    pattern: "tidy",
    summary: "Drops certificates and revocations that have long been over",
    fields: {
      tidy_cert_store: flag("Stored certificates"),
      tidy_revoked_certs: flag("Revocations, from the lists too"),
      tidy_revocation_list: flag("Former name of tidy_revoked_certs"),
      safety_buffer: span("How long after their end; 72h"),
      revoked_safety_buffer: span("The same for revocations"),
    },
    operations: { create: (call) => tidy(context, call), update: (call) => tidy(context, call) },
  },
  { pattern: "tidy-status", summary: "What the last tidy did", operations: { read: status } },
];
