/**
 * Compiles each file of `src/match/wasm/assembly/` (AssemblyScript) into one of the same name in `src/match/wasm/`, a module that holds
 * the bytes as text, so that they are at hand from source and in the bundle alike. They are committed; a test compares them with new
 * ones. `node tools/wasm.ts`
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import asc from "assemblyscript/asc";

const folder = join(import.meta.dirname, "..", "src", "match", "wasm");
const FLAGS = "-O3 --runtime stub --noAssert --enable simd --enable relaxed-simd --importMemory".split(" ");

export const wasmNames: readonly string[] = readdirSync(join(folder, "assembly"))
  .filter((file) => file !== "tsconfig.json")
  .map((file) => basename(file, ".ts"));
export const wasmModule = (name: string): string => join(folder, `${name}.ts`);

/** The text of the module; the same for the same source and compiler. */
export async function compileWasm(name: string): Promise<string> {
  let bytes: Uint8Array | null = null;
  const source = `${name}.ts`;
  const { error, stderr } = await asc.main([source, "--outFile", "out.wasm", ...FLAGS], {
    readFile: (file) => (file === source ? readFileSync(join(folder, "assembly", source), "utf8") : null),
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

if (import.meta.main) for (const name of wasmNames) writeFileSync(wasmModule(name), await compileWasm(name));
