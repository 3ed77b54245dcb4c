/** Names and statements as requests bring them. */
import { BulkheadError } from "../../core/errors.ts";
import { type Json, parseJson } from "../../core/json-bytes.ts";
import type { Call, FieldDeclaration } from "../../kernel/plugin.ts";

const NAME = /^\w(?:[\w.-]{0,253}\w)?$/;
const MOST_STATEMENTS = 65_536;

/** Throws `request.unsupported-path` for what is no name, as Vault. */
export function nameOf({ params }: Call): string {
  const name = params.name ?? "";
  if (!NAME.test(name)) throw new BulkheadError("request.unsupported-path");
  return name;
}

export const invalid = (problem: string): BulkheadError => new BulkheadError("request.invalid", { problem });

export const statementsField = (description: string): FieldDeclaration => ({
  type: "json",
  // not plain: whoever writes SQL may write a password into it
  description: `${description}: a text or a list of texts`,
});

/**
 * Statements are texts with commas in them, so that they are no `strings`: one text or a list of them, kept as they came. undefined
 * when absent.
 */
export function statements({ fields }: Call, name: string): readonly string[] | undefined {
  const raw = fields.json(name);
  if (raw === undefined) return undefined;
  const given: Json = parseJson(raw);
  const list = Array.isArray(given) ? (given as readonly Json[]) : [given];
  if (!list.every((one) => typeof one === "string"))
    throw invalid(
      `Field validation failed: error converting input for field "${name}": expected type "strings"`,
    );
  if (list.reduce((sum, one) => sum + one.length, 0) > MOST_STATEMENTS)
    throw invalid(`${name} has more than ${MOST_STATEMENTS} characters`);
  return list.filter((one) => one !== "").flatMap(unpacked);
}

/** Vault also takes a JSON list and base64 of either, in one text. */
function unpacked(text: string): readonly string[] {
  const plain = decoded(text);
  if (!plain.startsWith("[")) return [plain];
  try {
    const list: unknown = JSON.parse(plain);
    if (Array.isArray(list) && list.every((one) => typeof one === "string")) return list as string[];
  } catch {
    // no list after all
  }
  return [plain];
}

function decoded(text: string): string {
  if (text.length < 8 || !/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text))
    return text;
  const plain = Buffer.from(text, "base64").toString("utf8");
  return /[\s;]/.test(plain) && !/[\uFFFD\0-\x08]/.test(plain) ? plain : text;
}

/** As Vault's lists of names: `*` stands for any text. */
export function matchesGlob(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => {
    const [head = "", ...rest] = glob.split("*");
    const tail = rest.pop();
    if (tail === undefined) return glob === name;
    if (!name.startsWith(head) || name.length < head.length + tail.length || !name.endsWith(tail))
      return false;
    let at = head.length;
    for (const part of rest) {
      const found = name.indexOf(part, at);
      if (found < 0 || found + part.length > name.length - tail.length) return false;
      at = found + part.length;
    }
    return true;
  });
}
