/** The registry of adapters: one line each. */
import type { Adapter } from "./types.ts";

export const adapters: readonly Adapter[] = [];
