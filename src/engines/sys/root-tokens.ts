/**
 * A new root token for those who hold enough shares, and taking its one-time pad off: Vault's `generate-root`, which asks for shares
 * alone, and OpenBao's `generate-root-token`, which asks for a token too.
 */
import { RawJson, type ReplyValue } from "../../core/json-bytes.ts";
import type { Call, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import { PAD_LENGTH, type RootProgress } from "../../kernel/seal/generate-root.ts";
import type { SealService } from "../../kernel/services.ts";
import { KEY_FIELD, refused, refusePgp, withShare } from "./seal-status.ts";

export const rootPaths = (seal: SealService): PathDeclaration[] => [
  ...generation(seal, "generate-root/", false),
  ...generation(seal, "generate-root-token/", true),
  {
    pattern: "decode-token",
    summary: "Take the one-time pad off a root token",
    fields: {
      encoded_token: { type: "secret", required: true, description: "As `generate-root/update` gave it" },
      otp: { type: "secret", required: true, description: "The one-time pad" },
    },
    operations: { update: (call) => Promise.resolve(decode(call)) },
    unauthenticated: true,
  },
];

function generation(
  { rootGeneration }: SealService,
  prefix: string,
  authenticated: boolean,
): PathDeclaration[] {
  const access = authenticated ? { sudo: true } : { unauthenticated: true };
  const reply = (body: Record<string, ReplyValue>): Reply =>
    authenticated ? { data: body } : { bare: body };
  const start = async ({ fields }: Call): Promise<Reply> => {
    refusePgp(fields, ["pgp_key"]);
    const given = fields.secret("otp") ?? null;
    const { pad, ...progress } = await rootGeneration.start(given?.length === 0 ? null : given);
    const body = bodyOf(progress);
    if (pad === null) return reply(body);
    const otp = new RawJson(Buffer.from(`"${pad.revealText()}"`, "latin1"));
    pad.wipe();
    return reply({ ...body, otp });
  };
  const update = ({ fields }: Call): Promise<Reply> =>
    withShare(fields, async (share) => {
      const { encoded, ...progress } = await rootGeneration.update(share, fields.string("nonce") ?? "");
      const body = { ...bodyOf(progress), otp_length: 0 };
      if (encoded === null) return reply(body);
      return reply({ ...body, complete: true, encoded_token: encoded, encoded_root_token: encoded });
    });
  return [
    {
      pattern: `${prefix}attempt`,
      summary: "Begin to make a root token from shares, see how far it is, or give it up",
      fields: {
        otp: { type: "secret", description: `One-time pad of ${PAD_LENGTH} characters; made when absent` },
        pgp_key: { type: "string", description: "Refused: use a one-time pad" },
      },
      operations: {
        read: async () => reply(bodyOf(await rootGeneration.progress())),
        update: start,
        delete: async () => {
          await rootGeneration.cancel();
          return undefined;
        },
      },
      ...access,
    },
    {
      pattern: `${prefix}update`,
      summary: "Hand in one share",
      fields: {
        key: KEY_FIELD,
        nonce: { type: "string", plain: true, description: "Of this attempt" },
      },
      operations: { update },
      ...access,
    },
  ];
}

function bodyOf({ nonce, progress, required }: RootProgress): Record<string, ReplyValue> {
  return {
    nonce,
    started: nonce !== "",
    progress,
    required,
    complete: false,
    encoded_token: "",
    encoded_root_token: "",
    pgp_fingerprint: "",
    otp: "",
    otp_length: PAD_LENGTH,
  };
}

function decode({ fields }: Call): Reply {
  const encoded = fields.secret("encoded_token")?.revealText() ?? "";
  const pad = fields.secret("otp")?.reveal() ?? Buffer.alloc(0);
  const mixed = Buffer.from(encoded, "base64");
  if (mixed.length === 0 || mixed.length !== pad.length)
    throw refused("the one-time pad is not as long as the token");
  for (let at = 0; at < mixed.length; at++) mixed[at] = (mixed[at] ?? 0) ^ (pad[at] ?? 0);
  const token = mixed.toString("latin1");
  mixed.fill(0);
  if (!/^[\x21-\x7e]+$/.test(token)) throw refused("this pad is not the token's");
  return { data: { token: new RawJson(Buffer.from(JSON.stringify(token), "latin1")) } };
}
