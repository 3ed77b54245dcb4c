/** Reading of a device's options, which are all text; errors in the words that Vault's clients know. */
import type { LookupFunction } from "node:net";
import { ForbiddenAddress, checkHost, guardedLookup } from "../../core/destination.ts";
import { BulkheadError } from "../../core/errors.ts";
import { parseDuration } from "../../core/duration.ts";
import type { SinkOptions } from "./types.ts";

export const badDevice = (problem: string): BulkheadError =>
  new BulkheadError("audit.bad-device", { problem });

export const WRITE_TIMEOUT_MS = 2_000;
const LONGEST_WRITE_MS = 30_000;

export function required(options: SinkOptions, name: string): string {
  const value = options[name] ?? "";
  if (value === "") throw badDevice(`${name} is required`);
  return value;
}

export function flag(options: SinkOptions, name: string, standard: boolean): boolean {
  const given = options[name];
  if (given === undefined || given === "") return standard;
  if (/^(1|t|true)$/i.test(given)) return true;
  if (/^(0|f|false)$/i.test(given)) return false;
  throw badDevice(`${name} is not a boolean: write true or false`);
}

export function duration(options: SinkOptions, name: string, standard: number): number {
  const given = options[name];
  if (given === undefined || given === "") return standard;
  try {
    return parseDuration(given);
  } catch (cause) {
    throw new BulkheadError("audit.bad-device", { problem: `${name} is not a duration` }, { cause });
  }
}

/** Between 1 ms and 30 s: a longer wait would hold requests up for as long. */
export function writeTimeout(options: SinkOptions): number {
  const ms = duration(options, "write_timeout", WRITE_TIMEOUT_MS);
  if (ms < 1 || ms > LONGEST_WRITE_MS) throw badDevice("write_timeout lies between 1ms and 30s");
  return ms;
}

export function integer(options: SinkOptions, name: string, standard: number): number {
  const given = options[name];
  if (given === undefined || given === "") return standard;
  if (!/^\d{1,15}$/.test(given)) throw badDevice(`${name} is not a number`);
  return Number(given);
}

/** For devices made over the API: how a name is looked up. Throws `audit.bad-device` for an address that is refused. */
export function lookupFor(host: string, guarded: boolean): LookupFunction | undefined {
  if (!guarded) return undefined;
  try {
    checkHost(host);
  } catch (error) {
    throw error instanceof ForbiddenAddress ? badDevice(error.message) : error;
  }
  return guardedLookup();
}

const HOST_PORT = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]/]{1,253})):(\d{1,5})$/;

export function hostAndPort(text: string): { readonly host: string; readonly port: number } {
  const found = HOST_PORT.exec(text);
  const port = Number(found?.[3]);
  if (found === null || port < 1 || port > 65_535) throw badDevice("address is not of the form host:port");
  return { host: found[1] ?? found[2] ?? "", port };
}
