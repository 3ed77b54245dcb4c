/** The barrier's key ring: which key encrypts, and when the next one is made. */
import { rfc3339 } from "../../core/clock.ts";
import type { Call, PathDeclaration } from "../../kernel/plugin.ts";
import type { SealService } from "../../kernel/services.ts";
import { refused } from "./seal-status.ts";

const FEWEST = 1_000_000;
/** 90 % of 2^32, the most that NIST SP 800-38D allows under one key with random nonces. */
const MOST = 3_865_470_566;
const DAY = 86_400_000;

export function rotationPaths(seal: SealService): PathDeclaration[] {
  const rotate = async (): Promise<undefined> => {
    await seal.rotate();
    return undefined;
  };
  const readConfig = async () => {
    const { enabled, maxOperations, interval } = await seal.rotation();
    const most = Math.min(maxOperations, MOST);
    return { data: { enabled, max_operations: most, interval: interval / 1_000 } };
  };
  const writeConfig = async ({ fields }: Call): Promise<undefined> => {
    const before = await seal.rotation();
    const maxOperations = fields.int("max_operations") ?? Math.min(before.maxOperations, MOST);
    if (maxOperations < FEWEST || maxOperations > MOST)
      throw refused(`max_operations must be in the range [${FEWEST},${MOST}]`);
    const interval = fields.duration("interval") ?? before.interval;
    if (interval !== 0 && interval < DAY) throw refused("interval must be greater or equal to 24h0m0s");
    const enabled = fields.bool("enabled") ?? before.enabled;
    await seal.setRotation({ enabled, maxOperations, interval });
    return undefined;
  };
  const config = (pattern: string): PathDeclaration => ({
    pattern,
    summary: "When a new key is made by itself",
    sudo: true,
    fields: {
      enabled: { type: "bool", description: "False: only before the present key has encrypted too often" },
      max_operations: { type: "int", plain: true, description: "Encryptions under one key" },
      interval: { type: "duration", plain: true, description: "Age of a key, at least a day; 0: no matter" },
    },
    operations: { read: readConfig, update: writeConfig },
  });
  const turn = (pattern: string): PathDeclaration => ({
    pattern,
    summary: "Encrypt with a new key from now on",
    sudo: true,
    operations: { update: rotate },
  });
  return [
    {
      pattern: "key-status",
      summary: "The key that encrypts now",
      operations: {
        read: async () => {
          const { term, installTime, encryptions } = await seal.keyStatus();
          return { data: { term, install_time: rfc3339(installTime), encryptions }, flatten: true };
        },
      },
    },
    turn("rotate"),
    turn("rotate/keyring"),
    config("rotate/config"),
    config("rotate/keyring/config"),
  ];
}
