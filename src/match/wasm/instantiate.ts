/** A module at work on a memory of its own. Compiled once a thread. */

const PAGE = 65536;

/** The types of TypeScript hold it for a part of browsers. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (pages: {
    initial: number;
    maximum: number;
  }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}
const { Module, Memory, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

const compiled = new Map<string, object>();

export interface Instantiated<Exports> {
  readonly exports: Exports;
  /** Its bytes; after `grow` others. */
  memory(): ArrayBuffer;
  /** Makes room for so many bytes in all. */
  grow(bytes: number): void;
}

/** `wasm` is the module in base64; addresses that it takes and gives are in bytes. `most`: how far its memory may grow. */
export function instantiate<Exports extends object>(
  wasm: string,
  bytes: number,
  most = bytes,
): Instantiated<Exports> {
  const memory = new Memory({ initial: Math.ceil(bytes / PAGE), maximum: Math.ceil(most / PAGE) });
  let module = compiled.get(wasm);
  if (module === undefined) compiled.set(wasm, (module = new Module(Buffer.from(wasm, "base64"))));
  const { exports } = new Instance(module, { env: { memory } });
  return {
    exports: exports as Exports,
    memory: () => memory.buffer,
    grow(bytes) {
      const missing = bytes - memory.buffer.byteLength;
      if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    },
  };
}
