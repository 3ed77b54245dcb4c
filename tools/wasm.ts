/**
 * Compiles `src/match/wasm/assembly/` (AssemblyScript) into `src/match/wasm/`: modules that hold the bytes as text, so that they are at
 * hand from source and in the bundle alike. They are committed; a test compares them with new ones. `node tools/wasm.ts`
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import asc from "assemblyscript/asc";

const folder = join(import.meta.dirname, "..", "src", "match", "wasm");
const FLAGS = "-O3 --runtime stub --noAssert --enable simd --enable relaxed-simd --importMemory".split(" ");

export const wasmModules = ["literals", "windows"] as const;
export const moduleFile = (name: string): string => join(folder, `${name}.ts`);

/** The text of the module; the same for the same source and compiler. */
export async function compileWasm(name: string): Promise<string> {
  const source = `${name}.ts`;
  let bytes: Uint8Array | null = null;
  const { error, stderr } = await asc.main([source, "--outFile", "out.wasm", ...FLAGS], {
    readFile: (wanted) => (wanted === source ? readFileSync(join(folder, "assembly", source), "utf8") : null),
    writeFile: (_, contents) => void (bytes = contents as Uint8Array),
    listFiles: () => [],
  });
  if (error !== null || bytes === null) throw new Error(`the compiler failed: ${stderr.toString()}`);
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,100}/g) ?? [];
  return [
    `/** Made of \`assembly/${source}\` by \`node tools/wasm.ts\`. */`,
    "export const wasm =",
    ...lines.map((line, i) => `  "${line}"${i < lines.length - 1 ? " +" : ";"}`),
    "",
  ].join("\n");
}

if (import.meta.main)
  for (const name of wasmModules) writeFileSync(moduleFile(name), await compileWasm(name));
