/**
 * `.env` files: names, whose credential each value looks like, which values are the same. The values themselves are dropped
 * before this module returns; only plain ones (numbers, words, addresses without a user) are kept for `set:`.
 */
import { createHmac, randomBytes } from "node:crypto";
import { allProviders } from "../../providers/all.ts";
import { credentialForVariable } from "../../providers/lookup.ts";
import type { SourceFile } from "./walk.ts";

export interface EnvVariable {
  readonly name: string;
  readonly path: string;
  /** Provider whose format the value has; null when none is recognised. */
  readonly recognised: { readonly provider: string; readonly part: string } | null;
  /** Equal for equal values, of these files and this call only. Empty for an empty value. */
  readonly same: string;
  /** The value, where its shape and name say that it is no secret. */
  readonly plain: string | null;
}

const ENV_FILE = /(?:^|\/)\.env(?:\.[\w.-]+)?$/;
/** Kept in repositories on purpose: their values are placeholders. */
const SAMPLE = /\.(?:example|sample|template|dist|defaults?)$/;

export const isEnvFile = (path: string): boolean => ENV_FILE.test(path);

export function readEnvFiles(files: readonly SourceFile[]): readonly EnvVariable[] {
  const key = randomBytes(32);
  return files.flatMap(({ path, text }) => {
    const sample = SAMPLE.test(path);
    return assignments(text).map(([name, value]): EnvVariable => {
      const recognised = sample ? null : recognise(value);
      return {
        name,
        path,
        recognised,
        same: value === "" || sample ? "" : createHmac("sha256", key).update(value).digest("base64"),
        plain: recognised === null && isPlain(name, value) ? value : null,
      };
    });
  });
}

function assignments(text: string): (readonly [string, string])[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const match = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]{0,127})\s*=\s*(.*)$/.exec(line);
    if (match === null) return [];
    const [, name = "", rest = ""] = match;
    const quoted = /^(["'])(.*?)\1/.exec(rest);
    return [[name, quoted ? (quoted[2] ?? "") : rest.replace(/\s+#.*$/, "").trim()] as const];
  });
}

let formats: readonly { provider: string; part: string; pattern: RegExp }[] | undefined;

/** By format alone: the credential types that need no name beside them. */
function recognise(value: string): EnvVariable["recognised"] {
  if (value.length < 8 || value.length > 8_192) return null;
  formats ??= allProviders().flatMap(({ id, credentials }) =>
    credentials
      .filter((one) => one.needsContext !== true)
      .flatMap((one) =>
        one.formats.map(({ pattern }) => ({
          provider: id,
          part: one.part ?? "value",
          pattern: new RegExp(pattern),
        })),
      ),
  );
  const found = formats.find(({ pattern }) => {
    const match = pattern.exec(value);
    return match !== null && (match[1] ?? match[0]).length >= value.length * 0.9;
  });
  return found === undefined ? null : { provider: found.provider, part: found.part };
}

/** Only what could not be a secret by its looks, under a name that is no credential's. */
function isPlain(name: string, value: string): boolean {
  if (credentialForVariable(name)?.secret === true) return false;
  if (/^-?\d{1,12}(?:\.\d{1,9})?$/.test(value) || /^(?:true|false|yes|no|on|off)$/i.test(value)) return true;
  if (/^https?:\/\/[\w.-]+(?::\d{1,5})?(?:\/[\w./-]{0,80})?$/.test(value))
    return value
      .split(/[/.:]/)
      .every((piece) => piece.length <= 32 && !/[a-z]\d[a-z]\d|[A-Z]\d[A-Z]\d/.test(piece));
  return /^[a-z]{1,16}(?:[-_./][a-z0-9]{1,12}){0,5}$/.test(value) || /^[A-Z]{1,12}$/.test(value);
}
