/** The committed bytes are those the compiler makes of the committed source, every time. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { compileWasm, wasmModule, wasmNames } from "./wasm.ts";

test("compiling twice gives the same bytes, and those that are committed", async () => {
  assert.ok(wasmNames.length >= 2);
  for (const name of wasmNames) {
    const first = await compileWasm(name);
    assert.equal(await compileWasm(name), first);
    assert.equal(readFileSync(wasmModule(name), "utf8"), first, "run `node tools/wasm.ts`");
    const { wasm } = (await import(wasmModule(name))) as { wasm: string };
    const bytes = Buffer.from(wasm, "base64");
    assert.equal(bytes.subarray(0, 4).toString("latin1"), "\0asm");
  }
});
