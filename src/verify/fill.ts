/** `{part}` in a request that `providers/` describes: filled with a credential's parts, so that none of them can say more than a value. */
import { BulkheadError } from "../core/errors.ts";
import type { Secret } from "../core/secret.ts";

/** What may stand in a place: a credential's part, or a name of ours. */
export type Values = ReadonlyMap<string, Secret | string>;

const PLACE = /\{([a-z][a-z0-9_.-]*)\}/g;

export const placesIn = (text: string): string[] => [...text.matchAll(PLACE)].map(([, name = ""]) => name);

function valueOf(values: Values, name: string): string {
  const value = values.get(name);
  if (value === undefined) throw new BulkheadError("verify.part-missing", { part: name });
  return typeof value === "string" ? value : value.revealText();
}

/** A place at the very start is an address that the credential brings (`{host}/api`); any other is percent-encoded. */
export function fillUrl(text: string, values: Values): string {
  return text.replace(PLACE, (_, name: string, at: number) => {
    const value = valueOf(values, name);
    if (at !== 0) {
      // a path's own steps, which no encoding keeps from being taken
      if (/^\.{0,2}$/.test(value)) throw new BulkheadError("verify.part-missing", { part: name });
      return encodeURIComponent(value);
    }
    const address = /^https?:\/\//i.test(value) ? value : `https://${value}`;
    return address.replace(/\/+$/, "");
  });
}

/** Throws `verify.part-missing` for a value that would end the header. */
export function fillHeader(text: string, values: Values): string {
  return text.replace(PLACE, (_, name: string) => {
    const value = valueOf(values, name).trim();
    if (/[^\x20-\x7e]/.test(value)) throw new BulkheadError("verify.part-missing", { part: name });
    return value;
  });
}

/** Text inside JSON, before it is written as JSON: nothing can break out of its string. */
export const fillText = (text: string, values: Values): string =>
  text.replace(PLACE, (_, name: string) => valueOf(values, name));
