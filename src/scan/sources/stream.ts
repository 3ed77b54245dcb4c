/** What arrives once and has no known length: standard input, the answer of another program. */
import type { ByteSource, Chunks } from "../../formats/types.ts";

export const streamSource = (chunks: Chunks): ByteSource => ({
  size: null,
  once: true,
  chunks: () => chunks,
});
