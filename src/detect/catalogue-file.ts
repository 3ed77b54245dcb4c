/** The rules of every scan, from the file that the build made of them: to make them of the providers takes longer than a small scan. */
import { packagedFile } from "../core/packaged.ts";
import { type Catalogue, unpack } from "./prepared.ts";

/** Beside the bundle; put in by `tools/build.ts`. */
declare const CATALOGUE_FILE: string;

export const catalogue = (): Catalogue => unpack(packagedFile(import.meta.dirname, CATALOGUE_FILE));
