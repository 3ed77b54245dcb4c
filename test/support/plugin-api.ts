/** A real kernel on a real SQLite store for the tests of engines and auth methods: /v1 calls in, parsed answers out. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { openAuditLog } from "../../src/audit-log/index.ts";
import { ManualClock } from "../../src/core/clock.ts";
import type { RotationPorts } from "../../src/core/ports/rotation.ts";
import type { ApiMethod } from "../../src/core/ports/api.ts";
import { type Kernel, openKernel } from "../../src/kernel/index.ts";
import type { OperatorLog } from "../../src/kernel/services.ts";
import type { AnyPlugin } from "../../src/kernel/plugin.ts";
import type { Store } from "../../src/core/ports/store.ts";
import { countingStore } from "./counting-store.ts";
import { openSqliteStore } from "../../src/store/sqlite/index.ts";

export interface Answer {
  readonly status: number;
  /** The whole body as text; empty for 204. */
  readonly text: string;
  readonly errors: readonly string[];
  /** A member by its dotted path from the body: `data.metadata.version`; undefined when there is none. */
  get(path: string): unknown;
  /** The same of a member that must be text. */
  textAt(path: string): string;
}

export interface CallOptions {
  readonly token?: string;
  readonly remote?: string;
}

export interface PluginApi {
  readonly clock: ManualClock;
  readonly kernel: Kernel;
  readonly folder: string;
  readonly root: string;
  /** The path may carry a query. A body is sent as JSON, a string as it is. */
  call(method: ApiMethod, path: string, body?: object | string, options?: CallOptions): Promise<Answer>;
  /** The store's keys below a prefix, as they stand in the file. */
  rows(prefix: string): Promise<string[]>;
  /** Commits at the store port so far. */
  writes(): number;
  /** The same store through a further kernel: another process, as far as it can tell. */
  another(): Promise<PluginApi>;
}

interface Plugins {
  readonly engines?: readonly AnyPlugin[];
  readonly authMethods?: readonly AnyPlugin[];
  readonly operatorLog?: OperatorLog;
  readonly rotation?: RotationPorts;
}

export async function pluginApi(context: TestContext, plugins: Plugins): Promise<PluginApi> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-plugin-"));
  const closers: (() => Promise<void>)[] = [];
  context.after(async () => {
    for (const close of closers.reverse()) await close();
    rmSync(folder, { recursive: true, force: true });
  });
  const clock = new ManualClock();
  const { writes, through } = countingStore();
  const rootKey = randomBytes(32);
  const open = async (): Promise<{ kernel: Kernel; store: Store }> => {
    const store = through(await openSqliteStore({ path: join(folder, "store.db") }));
    const audit = await openAuditLog({ folder: join(folder, "audit"), clock });
    const kernel = await openKernel({
      store,
      audit,
      clock,
      engines: plugins.engines ?? [],
      authMethods: plugins.authMethods ?? [],
      version: "0.0.0",
      ...(plugins.rotation && { rotation: plugins.rotation }),
      ...(plugins.operatorLog && { operatorLog: plugins.operatorLog }),
      onInternalError: (error) => console.error(error),
    });
    closers.push(async () => {
      await kernel.close();
      await store.close();
    });
    if (!(await kernel.initialize(rootKey))) await kernel.unseal(rootKey);
    return { kernel, store };
  };
  const apiOf = ({ kernel, store }: { kernel: Kernel; store: Store }, root: string): PluginApi => ({
    clock,
    kernel,
    folder,
    root,
    call: (method, path, body, options = {}) =>
      callKernel(kernel, { token: root, ...options }, method, path, body),
    writes: () => writes.commits,
    rows: (prefix) => store.list(prefix),
    another: async () => apiOf(await open(), root),
  });
  const first = await open();
  return apiOf(first, (await first.kernel.mintRoot()).revealText());
}

async function callKernel(
  kernel: Kernel,
  { token, remote = "127.0.0.1" }: CallOptions,
  method: ApiMethod,
  target: string,
  body: object | string | undefined,
): Promise<Answer> {
  const [path = "", query = ""] = target.split("?");
  const response = await kernel.handle({
    method,
    path,
    query: new URLSearchParams(query),
    headers: {
      ...(token === undefined || token === "" ? {} : { "x-vault-token": token }),
      "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
    },
    body: body === undefined ? null : Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    remote,
  });
  const text = Buffer.concat([...response.body]).toString("utf8");
  const parsed: unknown = text === "" ? {} : JSON.parse(text);
  const get = (path: string): unknown =>
    path
      .split(".")
      .reduce<unknown>(
        (node, name) =>
          typeof node === "object" && node !== null ? (node as Record<string, unknown>)[name] : undefined,
        parsed,
      );
  return {
    status: response.status,
    text,
    errors: (get("errors") ?? []) as readonly string[],
    get,
    textAt: (name) => {
      const value = get(name);
      if (typeof value !== "string") throw new Error(`no text at ${name} of ${response.status}`);
      return value;
    },
  };
}
