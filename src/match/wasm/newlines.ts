/** Made of `assembly/newlines.ts` by `node tools/wasm.ts`. */
export const wasm =
  "AGFzbQEAAAABBwFgAn9/AX8CDwEDZW52Bm1lbW9yeQIAAAMCAQAHFQIIbmV3bGluZXMAAAZtZW1vcnkCAAo+ATwBAX8DQCAAIAFJ" +
  "BEAgAiAA/QAEAP0MCgoKCgoKCgoKCgoKCgoKCv0j/WRpaiECIABBEGohAAwBCwsgAgs=";
