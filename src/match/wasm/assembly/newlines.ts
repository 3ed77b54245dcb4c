/** Counts line ends; AssemblyScript, compiled by `node tools/wasm.ts` into `../newlines.ts`. */

/** Of the bytes at [from, to); sixteen behind them are read, and must not be line ends. */
export function newlines(from: u32, to: u32): u32 {
  let count: u32 = 0;
  for (let p: usize = from; p < <usize>to; p += 16)
    count += popcnt(i8x16.bitmask(i8x16.eq(v128.load(p), i8x16.splat(0x0a))));
  return count;
}
