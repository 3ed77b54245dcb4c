import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "../client/index.ts";
import { openLocal } from "./local.ts";

test("a server drops what expired by itself, at its start and later; a short process leaves it", async (t) => {
  const home = mkdtempSync(join(tmpdir(), "bulkhead-tidy-"));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const errors: unknown[] = [];
  const open = async (tidy: boolean) => {
    const local = await openLocal({
      home,
      ...(tidy && { tidy: { every: 20, onError: (error: unknown) => errors.push(error) } }),
    });
    const api = new ApiClient({ transport: local.handle, token: local.operatorToken });
    return { local, api, tokens: async () => (await api.list("auth/token/accessors")).length };
  };
  const make = async (api: ApiClient): Promise<void> => {
    await api.write("auth/token/create", { ttl: "1s", policies: ["none"] });
    await sleep(1_100);
  };

  const short = await open(false);
  await make(short.api);
  assert.equal(await short.tokens(), 1);
  await short.local.close();

  const server = await open(true);
  const until = async (): Promise<void> => {
    for (let tries = 0; (await server.tokens()) > 0; tries++) {
      assert.ok(tries < 500, "still there");
      await sleep(20);
    }
  };
  await until();
  await make(server.api);
  await until();
  await server.api.write("sys/seal");
  await sleep(60);
  await server.local.close();
  assert.deepEqual(errors, [], "nothing is tried while sealed");
});
