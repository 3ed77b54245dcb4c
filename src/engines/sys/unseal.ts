/** Initialization, unsealing and sealing. */
import { RawJson } from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration, PathDeclaration, Reply } from "../../kernel/plugin.ts";
import type { SealService } from "../../kernel/services.ts";
import { KEY_FIELD, OPEN, refused, refusePgp, sharesOut, statusBody, withShare } from "./seal-status.ts";

const number = (description: string) => ({ type: "int", description, plain: true }) as const;
const pgp = (type: "string" | "strings"): FieldDeclaration => ({
  type,
  description: "Refused: shares are not encrypted to PGP keys",
});

const INIT_FIELDS = {
  secret_shares: number("Shares to make, 1 to 255"),
  secret_threshold: number("Shares that unseal"),
  stored_shares: number("Taken as given: the wrapped root key is always stored"),
  recovery_shares: number("Recovery shares to make, where a key service unseals"),
  recovery_threshold: number("Recovery shares that are asked for"),
  pgp_keys: pgp("strings"),
  recovery_pgp_keys: pgp("strings"),
  root_token_pgp_key: pgp("string"),
} as const;

export function unsealPaths(seal: SealService): PathDeclaration[] {
  const showStatus = async (): Promise<Reply> => ({ bare: await statusBody(seal) });
  const unseal = async ({ fields }: Call): Promise<Reply> => {
    if (fields.bool("reset") === true) await seal.resetUnseal();
    else if (fields.bool("migrate") === true)
      throw refused("can't perform a seal migration, no migration seal found");
    else await withShare(fields, (share) => seal.unseal(share), ", or 'reset' set to true");
    return await showStatus();
  };
  return [
    { pattern: "seal-status", summary: "State of the seal", operations: { read: showStatus }, ...OPEN },
    {
      pattern: "init",
      summary: "Make the store's keys, their shares and a root token: once",
      fields: INIT_FIELDS,
      operations: {
        read: async () => ({ bare: { initialized: (await seal.status()).initialized } }),
        update: (call) => initialize(seal, call),
      },
      ...OPEN,
    },
    {
      pattern: "unseal",
      summary: "Hand in one share; enough of them unseal",
      fields: {
        key: KEY_FIELD,
        reset: { type: "bool", description: "Forget the shares that came in" },
        migrate: { type: "bool", description: "Refused: `bulkhead operator migrate-seal` does it" },
      },
      operations: { update: unseal },
      ...OPEN,
    },
    {
      pattern: "seal",
      summary: "Forget the keys; every request is refused until it is unsealed again",
      sudo: true,
      whileSealed: true,
      operations: {
        update: async ({ caller }) => {
          // without a caller it was sealed when the request came
          if (caller !== null) await seal.seal();
          return undefined;
        },
      },
    },
  ];
}

async function initialize(seal: SealService, { fields }: Call): Promise<Reply> {
  const { initialized, byService, type } = await seal.status();
  if (initialized) throw refused("Vault is already initialized");
  refusePgp(fields, ["pgp_keys", "recovery_pgp_keys", "root_token_pgp_key"]);
  const [own, other] = byService ? (["recovery", "secret"] as const) : (["secret", "recovery"] as const);
  const stray = [`${other}_shares`, `${other}_threshold`].filter((name) => (fields.int(name) ?? 0) !== 0);
  if (stray.length > 0) throw refused(`parameters ${stray.join(",")} not applicable to seal type ${type}`);
  const { keys, recovery, rootToken } = await seal.initialize({
    shares: fields.int(`${own}_shares`) ?? 0,
    threshold: fields.int(`${own}_threshold`) ?? 0,
  });
  const shares = sharesOut(keys);
  const root_token = new RawJson(Buffer.from(`"${rootToken.revealText()}"`, "latin1"));
  rootToken.wipe();
  if (!recovery) return { bare: { ...shares, root_token } };
  return {
    bare: {
      keys: [],
      keys_base64: [],
      recovery_keys: shares.keys,
      recovery_keys_base64: shares.keys_base64,
      root_token,
    },
  };
}
