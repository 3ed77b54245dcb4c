/** `%41`, as URLs and forms write it; what was encoded twice is decoded by the next level. */
import { hexByte } from "./classes.ts";
import type { EscapeDecoder } from "./types.ts";

export const percent: EscapeDecoder = {
  id: "percent",
  first: "%",
  read(bytes, at, out) {
    out.point = hexByte(bytes, at + 1);
    out.byte = true;
    out.length = 3;
    return out.point >= 0;
  },
};
