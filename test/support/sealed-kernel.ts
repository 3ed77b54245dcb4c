/** A kernel on a store with nothing in it, as `bulkhead server --config` opens it, and short calls of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAuditLog } from "../../src/audit-log/index.ts";
import { authMethods } from "../../src/auth/index.ts";
import { ManualClock } from "../../src/core/clock.ts";
import type { ApiMethod } from "../../src/core/ports/api.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { engines } from "../../src/engines/index.ts";
import { type Kernel, openKernel } from "../../src/kernel/index.ts";
import type { KeyService } from "../../src/kernel/seal/types.ts";
import { openSqliteStore } from "../../src/store/sqlite/index.ts";
import type { Json } from "./kernel.ts";

export interface SealedKernel {
  readonly kernel: Kernel;
  readonly store: Store;
  readonly folder: string;
  readonly clock: ManualClock;
  readonly warnings: string[];
  call(
    method: ApiMethod,
    path: string,
    body?: unknown,
    token?: string,
  ): Promise<{ status: number; json: Json; bytes: Buffer }>;
  /** Another one on the same store, as after a restart. */
  again(): Promise<SealedKernel>;
  close(): Promise<void>;
}

export interface SealedKernelOptions {
  readonly folder?: string;
  readonly keyService?: KeyService | null;
  readonly store?: Store;
}

export async function openSealedKernel(options: SealedKernelOptions = {}): Promise<SealedKernel> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), "bulkhead-seal-kernel-"));
  const store = options.store ?? (await openSqliteStore({ path: join(folder, "store.db") }));
  const clock = new ManualClock();
  const warnings: string[] = [];
  const kernel = await openKernel({
    ...{ store, engines, authMethods, clock, version: "0.0.0-test", keyService: options.keyService ?? null },
    audit: await openAuditLog({ folder: join(folder, "audit") }),
    operatorLog: { warn: (event) => void warnings.push(event) },
    onInternalError: (error) => console.error(error),
  });
  return {
    ...{ kernel, store, folder, clock, warnings },
    call: async (method, path, body, token) => {
      const response = await kernel.handle({
        method,
        path,
        query: new URLSearchParams(),
        headers: token === undefined ? {} : { "x-vault-token": token },
        body:
          body === undefined
            ? null
            : Buffer.isBuffer(body)
              ? Buffer.from(body)
              : Buffer.from(JSON.stringify(body)),
        remote: "127.0.0.1",
      });
      const bytes = Buffer.concat([...response.body]);
      const text = bytes.toString("utf8");
      const json = (text.startsWith("{") ? JSON.parse(text) : null) as Json;
      return { status: response.status, json, bytes };
    },
    again: () => openSealedKernel({ ...options, folder }),
    close: async () => {
      await kernel.close();
      await store.close();
      if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface Keys {
  readonly keys: readonly string[];
  readonly root: string;
}

export async function initialize(at: SealedKernel, shares = 3, threshold = 2): Promise<Keys> {
  const { status, json } = await at.call("PUT", "sys/init", {
    secret_shares: shares,
    secret_threshold: threshold,
  });
  if (status !== 200) throw new Error(JSON.stringify(json));
  return { keys: json.keys as unknown as string[], root: String(json.root_token) };
}

export async function unseal(
  at: SealedKernel,
  keys: readonly string[],
): Promise<{ status: number; json: Json }> {
  let last: { status: number; json: Json } = { status: 0, json: {} as Json };
  for (const key of keys) last = await at.call("PUT", "sys/unseal", { key });
  return last;
}
