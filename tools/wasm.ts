/**
 * Compiles `src/match/wasm/assembly/` (AssemblyScript) into `src/match/wasm/literals.ts`, a module that holds the bytes as text, so
 * that they are at hand from source and in the bundle alike. It is committed; a test compares it with a new one. `node tools/wasm.ts`
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";

const folder = join(import.meta.dirname, "..", "src", "match", "wasm");
const SOURCE = "literals.ts";
const FLAGS = "-O3 --runtime stub --noAssert --enable simd --enable relaxed-simd --importMemory".split(" ");

export const wasmModule = join(folder, "literals.ts");

/** The text of the module; the same for the same source and compiler. */
export async function compileWasm(): Promise<string> {
  let bytes: Uint8Array | null = null;
  const { error, stderr } = await asc.main([SOURCE, "--outFile", "out.wasm", ...FLAGS], {
    readFile: (name) => (name === SOURCE ? readFileSync(join(folder, "assembly", SOURCE), "utf8") : null),
    writeFile: (_, contents) => void (bytes = contents as Uint8Array),
    listFiles: () => [],
  });
  if (error !== null || bytes === null) throw new Error(`the compiler failed: ${stderr.toString()}`);
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,100}/g) ?? [];
  return [
    "/** Made of `assembly/literals.ts` by `node tools/wasm.ts`. */",
    "export const wasm =",
    ...lines.map((line, i) => `  "${line}"${i < lines.length - 1 ? " +" : ";"}`),
    "",
  ].join("\n");
}

if (import.meta.main) writeFileSync(wasmModule, await compileWasm());
