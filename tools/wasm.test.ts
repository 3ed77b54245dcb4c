/** The committed bytes are those the compiler makes of the committed source, every time. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { compileWasm, moduleFile, wasmModules } from "./wasm.ts";

for (const name of wasmModules)
  test(`compiling ${name} twice gives the same bytes, and those that are committed`, async () => {
    const first = await compileWasm(name);
    assert.equal(await compileWasm(name), first);
    assert.equal(readFileSync(moduleFile(name), "utf8"), first, "run `node tools/wasm.ts`");
    const { wasm } = (await import(moduleFile(name))) as { wasm: string };
    const bytes = Buffer.from(wasm, "base64");
    assert.equal(bytes.subarray(0, 4).toString("latin1"), "\0asm");
  });
