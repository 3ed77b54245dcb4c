/** A module at work on a memory of its own. Compiled once a thread. */
const PAGE = 65536;

/** The types of TypeScript hold it for a part of browsers. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: object };
}
const { Module, Memory, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

const compiled = new Map<string, object>();

/** `wasm` is a module's bytes in base64, `Exports` what its source exports; addresses and sizes in bytes. */
export function instantiate<Exports extends object>(
  wasm: string,
  bytes: number,
): Exports & { readonly memory: ArrayBuffer } {
  const pages = Math.ceil(bytes / PAGE);
  const memory = new Memory({ initial: pages, maximum: pages });
  let module = compiled.get(wasm);
  if (module === undefined) compiled.set(wasm, (module = new Module(Buffer.from(wasm, "base64"))));
  const { exports } = new Instance(module, { env: { memory } });
  return { ...(exports as Exports), memory: memory.buffer };
}
