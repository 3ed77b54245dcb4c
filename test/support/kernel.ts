/** A kernel on a real SQLite store and audit log in a folder of its own, and short calls of it. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAuditLog } from "../../src/audit-log/index.ts";
import { authMethods } from "../../src/auth/index.ts";
import { ManualClock } from "../../src/core/clock.ts";
import type { ApiMethod } from "../../src/core/ports/api.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { Secret } from "../../src/core/secret.ts";
import { engines } from "../../src/engines/index.ts";
import { type Kernel, type KernelOptions, openKernel } from "../../src/kernel/index.ts";
import type { AnyPlugin } from "../../src/kernel/plugin.ts";
import { openSqliteStore } from "../../src/store/sqlite/index.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly json: Json;
}
/** Looked into freely: every member may be there. */
export type Json = { readonly [name: string]: Json } & { readonly [index: number]: Json };

export interface TestKernel {
  readonly kernel: Kernel;
  readonly clock: ManualClock;
  readonly folder: string;
  readonly auditFolder: string;
  readonly rootKey: Buffer;
  /** Stored root token. */
  readonly root: string;
  call(method: ApiMethod, path: string, options?: CallOptions): Promise<Answer>;
  /** Another kernel on the same store, as another process has it. */
  second(): Promise<TestKernel>;
  close(): Promise<void>;
}

export interface CallOptions {
  /** Default: root. null: none. */
  readonly token?: string | null;
  readonly body?: unknown;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly remote?: string;
}

export interface TestKernelOptions {
  readonly engines?: readonly AnyPlugin[];
  readonly onInternalError?: (error: unknown) => void;
  readonly audit?: KernelOptions["audit"];
  /** Stands between the kernel and the store: for counting what passes. */
  readonly through?: (store: Store) => Store;
}

export async function openTestKernel(options: TestKernelOptions = {}): Promise<TestKernel> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-kernel-"));
  const rootKey = randomBytes(32);
  const clock = new ManualClock();
  const first = await openOn(folder, clock, options);
  await first.initialize(rootKey);
  const root = (await first.mintRoot()).revealText();
  return shell(first, { folder, clock, rootKey, root, options, first: true });
}

async function openOn(
  folder: string,
  clock: ManualClock,
  options: TestKernelOptions,
): Promise<Kernel & { closeStore(): Promise<void> }> {
  const store = await openSqliteStore({ path: join(folder, "store.db") });
  const audit = options.audit ?? (await openAuditLog({ folder: join(folder, "audit") }));
  const kernel = await openKernel({
    store: options.through?.(store) ?? store,
    audit,
    engines: [...engines, ...(options.engines ?? [])],
    authMethods,
    clock,
    version: "0.0.0-test",
    onInternalError: options.onInternalError ?? ((error) => console.error(error)),
  });
  return Object.assign(Object.create(kernel) as Kernel, { closeStore: () => store.close() });
}

interface Parts {
  readonly folder: string;
  readonly clock: ManualClock;
  readonly rootKey: Buffer;
  readonly root: string;
  readonly options: TestKernelOptions;
  readonly first: boolean;
}

function shell(kernel: Kernel & { closeStore(): Promise<void> }, parts: Parts): TestKernel {
  const { folder, clock, rootKey, root, options } = parts;
  return {
    kernel,
    clock,
    folder,
    auditFolder: join(folder, "audit"),
    rootKey,
    root,
    call: async (method, path, { token, body, query, headers, remote } = {}) => {
      const sent = token === undefined ? root : token;
      const response = await kernel.handle({
        method,
        path,
        query: new URLSearchParams(query),
        headers: {
          ...(sent === null ? {} : { "x-vault-token": sent }),
          ...(method === "PATCH" ? { "content-type": "application/merge-patch+json" } : {}),
          ...headers,
        },
        body: body === undefined ? null : Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
        remote: remote ?? "local",
      });
      const text = Buffer.concat([...response.body]).toString("utf8");
      const json = (text === "" ? null : JSON.parse(text)) as Json;
      return { status: response.status, headers: response.headers, text, json };
    },
    second: async () => {
      const other = await openOn(folder, clock, options);
      await other.unseal(rootKey);
      return shell(other, { ...parts, first: false });
    },
    close: async () => {
      await kernel.close();
      await kernel.closeStore();
      if (parts.first) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const secretOf = (text: string): Secret => Secret.copy(text);
