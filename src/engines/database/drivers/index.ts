/** The databases. One line each. */
import { postgresql } from "./postgresql.ts";
import type { DatabaseDriver } from "./types.ts";

export const drivers: readonly DatabaseDriver[] = [postgresql];
