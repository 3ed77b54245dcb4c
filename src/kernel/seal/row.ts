/** The row `core/seal` (docs/spec/barrier.md): the wrapped root key, its type, and the parameters that the type needs to unwrap it. */
import { BulkheadError } from "../../core/errors.ts";
import { SEAL_PATH } from "../barrier/views.ts";
import type { SealType } from "./types.ts";

export type Parameters = Readonly<Record<string, string | number>>;

export interface SealRow {
  readonly version: 1;
  readonly type: SealType;
  /** Base64 of the wrapped root key. */
  readonly key: string;
  readonly parameters: Parameters;
}

/** `text`, or the largest number: what whoever can write to the store may make us spend before we know that the row is not ours. */
type Rule = "text" | number;

/** The parameters of each type, in the order in which they are bound to the wrapped key. */
const RULES: Readonly<Record<SealType, Readonly<Record<string, Rule>>>> = {
  keyfile: {},
  passphrase: { salt: "text", memory: 4 << 20, passes: 1000, parallelism: 255 },
  shamir: { shares: 255, threshold: 255 },
  transit: { keyName: "text", wrapped: "text" },
  awskms: { keyName: "text", wrapped: "text" },
};
const MOST_TEXT = 8192;

export function parseRow(bytes: Buffer): SealRow {
  const damaged = new BulkheadError("barrier.corrupt", { path: SEAL_PATH });
  let row: Record<string, unknown>;
  try {
    row = JSON.parse(bytes.toString("utf8")) as Record<string, unknown>;
  } catch {
    throw damaged;
  }
  if (typeof row !== "object" || row === null || row.version !== 1 || typeof row.key !== "string")
    throw damaged;
  if (typeof row.type !== "string" || !Object.hasOwn(RULES, row.type)) throw damaged;
  const type = row.type as SealType;
  const parameters = Object.entries(RULES[type]).map(([name, rule]) => {
    const value = row[name];
    if (!fits(value, rule)) throw damaged;
    return [name, value] as const;
  });
  return { version: 1, type, key: row.key, parameters: Object.fromEntries(parameters) };
}

function fits(value: unknown, rule: Rule): value is string | number {
  if (rule === "text") return typeof value === "string" && value.length <= MOST_TEXT;
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= rule;
}

export function formatRow({ version, type, key, parameters }: SealRow): Buffer {
  return Buffer.from(JSON.stringify({ version, type, key, ...parameters }));
}

/** The path that the wrapped key is bound to: with its parameters, so that changed ones make it useless rather than weaker. */
export function boundPath(type: SealType, parameters: Parameters): string {
  const parts = Object.keys(RULES[type]).map((name) => `&${name}=${parameters[name]}`);
  return `${SEAL_PATH}?type=${type}${parts.join("")}`;
}
