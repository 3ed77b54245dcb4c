/** Reading claims: by name, or by JSON pointer (RFC 6901) where the name begins with a slash. Own members only. */
import type { Json } from "../core/json-bytes.ts";
import type { Claims } from "./types.ts";

/** undefined: there is no such claim. */
export function claimAt(claims: Claims, name: string): Json | undefined {
  if (!name.startsWith("/")) return own(claims, name);
  let node: Json | undefined = claims as Json;
  for (const step of name.slice(1).split("/"))
    node = own(node, step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return node;
}

function own(node: Json | undefined, name: string): Json | undefined {
  if (node === null || typeof node !== "object") return undefined;
  if (Array.isArray(node)) {
    const list = node as readonly Json[];
    return /^(0|[1-9]\d{0,5})$/.test(name) ? list[Number(name)] : undefined;
  }
  return Object.hasOwn(node, name) ? (node as Claims)[name] : undefined;
}

const MOST_TEXT = 200;
const PRIVATE = /token|secret|password|credential|nonce|jti|hash|session/i;

/** A claim's value as the operator's log may show it: one line, bounded; nothing of a claim that could carry a credential. */
export function shownClaim(name: string, value: Json | undefined): string {
  if (value === undefined) return "(absent)";
  if (PRIVATE.test(name)) return "(not shown)";
  const text = (typeof value === "string" ? value : JSON.stringify(value)).replace(
    /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    "?",
  );
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}… (${text.length} characters)` : text;
}
