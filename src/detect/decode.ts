/** How a value is written where it was found; what is compared with the store is what it means. */
import type { Format } from "../providers/types.ts";

export const decoders: Readonly<Record<NonNullable<Format["decode"]>, (raw: Buffer) => Buffer>> = {
  percent: (raw) => Buffer.from(decodePercent(raw.toString("latin1")), "latin1"),
  // `\n` of JSON, and a notebook's list of lines (`\n",` … `"`), become line ends again.
  pem: (raw) =>
    Buffer.from(
      raw
        .toString("latin1")
        .replace(/(?:\\+r)?\\+n(?:",?\s*")?/g, "\n")
        .replace(/\r\n/g, "\n"),
      "latin1",
    ),
};

/** Latin-1 in and out; a lone `%` stays. */
export function decodePercent(text: string): string {
  return text.replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
