/** How a value is written where it was found; what is compared with the store is what it means. */
import type { Format } from "../providers/types.ts";

export const decoders: Readonly<Record<NonNullable<Format["decode"]>, (raw: Buffer) => Buffer>> = {
  percent: (raw) => {
    if (!raw.includes(0x25)) return Buffer.from(raw);
    const text = raw
      .toString("latin1")
      .replace(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(text, "latin1");
  },
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
