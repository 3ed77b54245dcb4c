/** Expands the catalogue's recipes into test values; the same `seed` gives the same text. */
export { base62Checksum, expandRecipe } from "../../src/providers/sample.ts";
