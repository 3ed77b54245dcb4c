/**
 * The inventory: every credential with what is known of it and what is wrong with it, the blast radius of any of them, and how far an
 * organisation has come. Pure over facts that its callers gather through the API: nothing here reads a store, and what no fact says
 * is unknown, never guessed.
 */
export type * from "./types.ts";
export { type Blast, type BlastTarget, type Fallen, blastGraph, blastOf } from "./blast.ts";
export { type InventoryOptions, credentialsOf, dataPathOf } from "./credentials.ts";
export { projectFacts } from "./declaration.ts";
export { FLAGS } from "./flags.ts";
export { excess } from "./rights.ts";
export { credentialCells, credentialFormats, type CredentialFormat, plainCredential } from "./render.ts";
