/** What happens to a key after it was made: configured, rotated, trimmed, deleted. Every change is one transaction. */
import type { Clock } from "../../core/clock.ts";
import { BulkheadError } from "../../core/errors.ts";
import type { Call, Reply } from "../../kernel/plugin.ts";
import { describe } from "./describe.ts";
import { keyName } from "./input.ts";
import { type KeyRecord, deleteKey, readRecord, rotateKey, saveRecord, trimVersions } from "./keyring.ts";

const HOUR = 3_600_000;

const config = (problem: string): BulkheadError => new BulkheadError("transit.config", { problem });

/** Milliseconds; undefined: not said. Throws `transit.config`. */
export function autoRotateOf(call: Call): number | undefined {
  const period = call.fields.duration("auto_rotate_period");
  if (period !== undefined && period !== 0 && period < HOUR)
    throw config("auto rotate period must be 0 to disable or at least an hour");
  return period;
}

export async function remove(call: Call): Promise<undefined> {
  const name = keyName(call);
  await call.storage.transaction(async (tx) => {
    const record = await readRecord(tx, name);
    if (record === null)
      throw new BulkheadError("transit.kept", { name, problem: "could not delete key; not found" });
    if (!record.deletionAllowed)
      throw new BulkheadError("transit.kept", { name, problem: "deletion is not allowed for this key" });
    await deleteKey(tx, record);
  });
}

export async function configure(call: Call): Promise<Reply> {
  const name = keyName(call);
  const autoRotate = autoRotateOf(call);
  const warnings: string[] = [];
  const record = await call.storage.transaction(async (tx) => {
    warnings.length = 0;
    const before = await readRecord(tx, name);
    if (before === null)
      throw new BulkheadError("transit.no-key", { problem: `no existing key named ${name} could be found` });
    const after = {
      ...before,
      ...configuredVersions(call, before, warnings),
      deletionAllowed: call.fields.bool("deletion_allowed") ?? before.deletionAllowed,
      // once a key may leave the store it cannot be said not to have left it
      exportable: before.exportable || call.fields.bool("exportable") === true,
      plaintextBackup: before.plaintextBackup || call.fields.bool("allow_plaintext_backup") === true,
      autoRotate: autoRotate ?? before.autoRotate,
    };
    if (JSON.stringify(after) !== JSON.stringify(before)) saveRecord(tx, after);
    return after;
  });
  return { data: describe(record), ...(warnings.length > 0 && { warnings }) };
}

function configuredVersions(
  call: Call,
  before: KeyRecord,
  warnings: string[],
): Pick<KeyRecord, "minDecryption" | "minEncryption"> {
  let minDecryption = call.fields.int("min_decryption_version") ?? before.minDecryption;
  const minEncryption = call.fields.int("min_encryption_version") ?? before.minEncryption;
  for (const [what, version] of [
    ["decryption", minDecryption],
    ["encryption", minEncryption],
  ] as const) {
    if (version < 0) throw config(`min ${what} version cannot be negative`);
    if (version > before.latest)
      throw config(`cannot set min ${what} version of ${version}, latest key version is ${before.latest}`);
  }
  if (minDecryption === 0) {
    minDecryption = 1;
    warnings.push("key versions start at 1; the minimum is set to 1");
  }
  if (minEncryption > 0 && minEncryption < minDecryption)
    throw config(
      `cannot set min encryption/decryption values; min encryption version of ${minEncryption} must be greater than or equal to min decryption version of ${minDecryption}`,
    );
  if (minDecryption < before.minAvailable)
    throw config("min decryption version should not be less then min available version");
  return { minDecryption, minEncryption };
}

export async function rotate(clock: Clock, call: Call): Promise<Reply> {
  const record = await rotateKey(call.storage, keyName(call), clock.now());
  if (record === null) throw new BulkheadError("transit.no-key", { problem: "key not found" });
  return { data: describe(record) };
}

export async function trim(call: Call): Promise<Reply> {
  const name = keyName(call);
  const version = call.fields.int("min_available_version");
  const record = await call.storage.transaction(async (tx) => {
    const before = await readRecord(tx, name);
    if (before === null) throw new BulkheadError("transit.no-key", { problem: "invalid key name" });
    if (version === undefined)
      throw new BulkheadError("transit.missing", { problem: "missing min_available_version" });
    checkTrim(before, version);
    return trimVersions(tx, before, version);
  });
  return { data: describe(record) };
}

function checkTrim({ minAvailable, minEncryption, minDecryption }: KeyRecord, version: number): void {
  const least = "minimum available version";
  if (version < minAvailable) throw config(`${least} cannot be decremented`);
  if (version === 0) throw config(`${least} should be positive`);
  if (minEncryption === 0) throw config(`${least} cannot be set when minimum encryption version is not set`);
  if (version > minEncryption) throw config(`${least} cannot be greater than minmum encryption version`);
  if (version > minDecryption) throw config(`${least} cannot be greater than minimum decryption version`);
}
