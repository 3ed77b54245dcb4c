/** The rules of every scan, from the file that the build made of them: to make them of the providers takes longer than a small scan. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Catalogue, unpack } from "./prepared.ts";

/** Beside the bundle; put in by `tools/build.ts`. */
declare const CATALOGUE_FILE: string;

export const catalogue = (): Catalogue => unpack(readFileSync(join(import.meta.dirname, CATALOGUE_FILE)));
