/** The committed bytes are those the compiler makes of the committed source, every time. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { compileWasm, wasmModule } from "./wasm.ts";

test("compiling twice gives the same bytes, and those that are committed", async () => {
  const first = await compileWasm();
  assert.equal(await compileWasm(), first);
  assert.equal(readFileSync(wasmModule, "utf8"), first, "run `node tools/wasm.ts`");
  const { wasm } = (await import(wasmModule)) as { wasm: string };
  const bytes = Buffer.from(wasm, "base64");
  assert.equal(bytes.subarray(0, 4).toString("latin1"), "\0asm");
});
