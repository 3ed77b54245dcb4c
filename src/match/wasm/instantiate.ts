/** The module at work on a memory of its own. Compiled once a thread. */
import { wasm } from "./literals.ts";

const PAGE = 65536;

export interface Instance {
  readonly memory: ArrayBuffer;
  /** See `assembly/literals.ts`; addresses in bytes. */
  scan(from: number, to: number, end: number): number;
  readonly resume: { readonly value: number };
}

/** The types of TypeScript hold it for a part of browsers. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (module: object, imports: object) => { readonly exports: Omit<Instance, "memory"> };
}
const { Module, Memory, Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyApi }).WebAssembly;

let compiled: object | null = null;

export function instantiate(bytes: number): Instance {
  const pages = Math.ceil(bytes / PAGE);
  const memory = new Memory({ initial: pages, maximum: pages });
  compiled ??= new Module(Buffer.from(wasm, "base64"));
  const { scan, resume } = new Instance(compiled, { env: { memory } }).exports;
  return { memory: memory.buffer, scan, resume };
}
