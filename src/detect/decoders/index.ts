/** The registry of decoders. One is its own file and one line here (a notation for single characters: one line in `escapes.ts`). */
import { base64 } from "./base64.ts";
import { gzip, zstd } from "./compressed.ts";
import { escapes } from "./escapes.ts";
import { hex } from "./hex.ts";
import type { Decoder } from "./types.ts";
import { wide } from "./wide.ts";

export const decoders: readonly Decoder[] = [base64, hex, escapes, wide, gzip, zstd];
