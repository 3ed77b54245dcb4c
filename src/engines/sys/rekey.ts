/**
 * New shares: `sys/rekey` and `sys/rekey-recovery-key`, which ask for shares and no token, as in Vault, and OpenBao's `sys/rotate/root`
 * and `sys/rotate/recovery`, which ask for a token too.
 */
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Call, Handler, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import type { RekeyAnswer, RekeyProgress, VerifyProgress } from "../../kernel/seal/rekey.ts";
import type { RekeyService } from "../../kernel/seal/service-types.ts";
import type { SealService } from "../../kernel/services.ts";
import { KEY_FIELD, refused, refusePgp, sharesOut, withShare } from "./seal-status.ts";

type Body = Readonly<Record<string, ReplyValue>>;

/** How one family of paths answers. */
interface Form {
  readonly prefix: string;
  readonly service: RekeyService;
  /** Where a kept copy of encrypted shares would be, had there been PGP keys. */
  readonly backup: string;
  readonly authenticated: boolean;
}

const START_FIELDS = {
  secret_shares: { type: "int", plain: true, description: "Shares to make, 1 to 255" },
  secret_threshold: { type: "int", plain: true, description: "Shares that will be asked for" },
  stored_shares: { type: "int", plain: true, description: "Taken as given" },
  require_verification: {
    type: "bool",
    description: "The old shares stay until the new ones were handed in",
  },
  backup: { type: "bool", description: "Refused: needs PGP keys" },
  pgp_keys: { type: "strings", description: "Refused: shares are not encrypted to PGP keys" },
} as const;
const SHARE_FIELDS = {
  key: KEY_FIELD,
  nonce: { type: "string", plain: true, description: "Of this operation" },
} as const;

export function rekeyPaths(seal: SealService): PathDeclaration[] {
  const forms: readonly Form[] = [
    { prefix: "rekey/", backup: "rekey/backup", service: seal.rekey, authenticated: false },
    {
      prefix: "rekey-recovery-key/",
      backup: "rekey/recovery-key-backup",
      service: seal.recoveryRekey,
      authenticated: false,
    },
    { prefix: "rotate/root/", backup: "rotate/root/backup", service: seal.rekey, authenticated: true },
    {
      prefix: "rotate/recovery/",
      backup: "rotate/recovery/backup",
      service: seal.recoveryRekey,
      authenticated: true,
    },
  ];
  return forms.flatMap(pathsOf);
}

function pathsOf({ prefix, service, backup, authenticated }: Form): PathDeclaration[] {
  const access = authenticated ? { sudo: true } : { unauthenticated: true };
  const reply = (body: Body): Reply => (authenticated ? { data: body } : { bare: body });
  const cancel: Handler = async () => {
    await service.cancel();
    return undefined;
  };
  const start = async ({ fields }: Call): Promise<Reply> => {
    if (fields.bool("backup") === true)
      throw refused("cannot request a backup of the new keys without providing PGP keys for encryption");
    refusePgp(fields, ["pgp_keys"]);
    const counts = {
      shares: fields.int("secret_shares") ?? 0,
      threshold: fields.int("secret_threshold") ?? 0,
    };
    return reply(progressOf(await service.start(counts, fields.bool("require_verification") === true)));
  };
  const update = ({ fields }: Call): Promise<Reply> =>
    withShare(fields, async (share) =>
      reply(answerOf(await service.update(share, fields.string("nonce") ?? ""))),
    );
  const verify = ({ fields }: Call): Promise<Reply> =>
    withShare(fields, async (share) =>
      reply(verificationOf(await service.verify(share, fields.string("nonce") ?? ""))),
    );
  return [
    {
      pattern: `${prefix}init`,
      summary: "Begin to replace the shares, see how far it is, or give it up",
      fields: START_FIELDS,
      operations: {
        read: async () => reply(progressOf(await service.progress())),
        update: start,
        delete: cancel,
      },
      ...access,
    },
    {
      pattern: `${prefix}update`,
      summary: "Hand in one of the present shares",
      fields: SHARE_FIELDS,
      operations: { update },
      ...access,
    },
    {
      pattern: `${prefix}verify`,
      summary: "Hand in one of the new shares, so that they count from then on",
      fields: SHARE_FIELDS,
      operations: {
        read: async () => reply(verificationOf(await service.verification())),
        update: verify,
        delete: async () => reply(verificationOf(await service.restartVerification())),
      },
      ...access,
    },
    {
      pattern: backup,
      summary: "Shares encrypted to PGP keys: there are none",
      sudo: true,
      operations: {
        read: () => Promise.reject(refused("no backed-up keys found")),
        delete: () => Promise.resolve(undefined),
      },
    },
  ];
}

function progressOf(progress: RekeyProgress): Body {
  const { nonce, counts, required, verify, verificationNonce } = progress;
  return {
    nonce,
    started: nonce !== "",
    t: counts.threshold,
    n: counts.shares,
    progress: progress.progress,
    required,
    pgp_fingerprints: null,
    backup: false,
    verification_required: verify,
    ...(verificationNonce === "" ? {} : { verification_nonce: verificationNonce }),
  };
}

function answerOf(answer: RekeyAnswer): Body {
  if (answer.keys === null) return progressOf(answer);
  return {
    nonce: answer.nonce,
    complete: true,
    ...sharesOut(answer.keys),
    pgp_fingerprints: null,
    backup: false,
    verification_required: answer.verify,
    ...(answer.verificationNonce === "" ? {} : { verification_nonce: answer.verificationNonce }),
  };
}

function verificationOf({ nonce, counts, progress, complete }: VerifyProgress): Body {
  if (complete) return { nonce, complete };
  return { nonce, started: true, t: counts.threshold, n: counts.shares, progress };
}
