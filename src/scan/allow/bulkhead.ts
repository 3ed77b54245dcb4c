/** `bulkhead:allow REASON` on the line, `bulkhead:allow-next-line REASON` above it, and `.bulkhead/allow.yaml`. */
import { readAllowFile } from "./allow-file.ts";
import type { AllowKind, Directive } from "./types.ts";

const LONGEST = 200;

const HERE = "bulkhead:allow";
const NEXT = "bulkhead:allow-next-line";
const REASON = /^(?![\w-])[: \t]*([^\r\n]{0,400})/;

function directive(text: string, name: string): Directive | null {
  const at = text.indexOf(name);
  const found = at === -1 ? undefined : REASON.exec(text.slice(at + name.length))?.[1];
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
  inline: (line, above) => directive(line, HERE) ?? directive(above, NEXT),
  file: { path: ".bulkhead/allow.yaml", read: readAllowFile },
};
