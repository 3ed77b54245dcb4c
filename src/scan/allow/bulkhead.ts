/** `bulkhead:allow REASON` on the line, `bulkhead:allow-next-line REASON` above it, and `.bulkhead/allow.yaml`. */
import { readAllowFile } from "./allow-file.ts";
import type { AllowKind, Directive } from "./types.ts";

const LONGEST = 200;

function directive(text: string, name: string): Directive | null {
  const found = new RegExp(`${name}(?![\\w-])[: \\t]*([^\\r\\n]{0,400})`).exec(text)?.[1];
  if (found === undefined) return null;
  // what closes a comment or a string is no reason
  const reason = found
    .replace(/(?:\\n|\*\/|-->|#\}|%>|["'`,;)\]}\s])+$/, "")
    .trim()
    .slice(0, LONGEST);
  return { source: name, reason: /[\p{L}\p{N}]/u.test(reason) ? reason : null };
}

export const bulkhead: AllowKind = {
  id: "bulkhead",
  inline: (line, above) => directive(line, "bulkhead:allow") ?? directive(above, "bulkhead:allow-next-line"),
  file: { path: ".bulkhead/allow.yaml", read: readAllowFile },
};
