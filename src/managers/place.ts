/** A place and what stands behind `?` in it. */
import { BulkheadError } from "../core/errors.ts";
import type { Reference } from "./types.ts";

export interface Place<Name extends string> {
  readonly path: string;
  readonly query: Readonly<Partial<Record<Name, string>>>;
}

/** Throws `reference.bad-place` for a parameter that the scheme does not know: it would be ignored silently. */
export function splitQuery<Name extends string>(reference: Reference, names: readonly Name[]): Place<Name> {
  const [path = "", text] = reference.place.split(/\?(.*)/s);
  const query: Partial<Record<Name, string>> = {};
  for (const [name, value] of new URLSearchParams(text ?? "")) {
    const known = names.find((one) => one === name);
    if (known === undefined)
      throw badPlace(reference, `there is no parameter ${name}`, names.map((one) => `?${one}=`).join(", "));
    query[known] = value;
  }
  return { path, query };
}

/** `expected`: the form it should have. */
export const badPlace = (reference: Reference, problem: string, expected: string): BulkheadError =>
  new BulkheadError("reference.bad-place", { reference: reference.text, problem, expected });

/** Its parts between slashes; throws `reference.bad-place` where one is empty or there are too few or too many. */
export function parts(
  reference: Reference,
  path: string,
  { least, most, expected }: { readonly least: number; readonly most: number; readonly expected: string },
): string[] {
  const found = path.split("/");
  if (
    found.length < least ||
    found.length > most ||
    found.some((one) => one === "" || one === "." || one === "..")
  )
    throw badPlace(reference, `it has ${found.length} part${found.length === 1 ? "" : "s"}`, expected);
  return found;
}
