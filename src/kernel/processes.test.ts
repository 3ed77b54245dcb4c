/** The promises between processes, with real ones: a second process on the same store, asked over its standard input. */
import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test from "node:test";
import { openTestKernel } from "../../test/support/kernel.ts";

const PROGRAM = join(import.meta.dirname, "..", "..", "test", "support", "kernel-process.ts");

interface Other {
  /** Status of lookup-self with a token. */
  ask(token: string): Promise<number>;
  end(): Promise<void>;
}

function startOther(folder: string, rootKey: Buffer): Other {
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [PROGRAM, folder], { stdio: "pipe" });
  child.stderr.pipe(process.stderr);
  child.stdin.write(`${rootKey.toString("hex")}\n`);
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    ask: async (token) => {
      child.stdin.write(`${token}\n`);
      return Number((await answers.next()).value);
    },
    end: async () => {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.stdin.end();
      await ended;
    },
  };
}

test("a revocation holds in another process from the moment it returns", async () => {
  const at = await openTestKernel();
  const other = startOther(at.folder, at.rootKey);
  for (let round = 0; round < 5; round++) {
    const made = await at.call("POST", "auth/token/create", { body: { policies: ["default"] } });
    const token = String(made.json.auth?.client_token);
    assert.equal(await other.ask(token), 200);
    assert.equal((await at.call("POST", "auth/token/revoke-self", { token })).status, 204);
    assert.equal(await other.ask(token), 403);
  }
  await other.end();
  await at.close();
});

test("a token of three uses serves three requests of two processes together", async () => {
  const at = await openTestKernel();
  const other = startOther(at.folder, at.rootKey);
  const made = await at.call("POST", "auth/token/create", { body: { policies: ["default"], num_uses: 3 } });
  const token = String(made.json.auth?.client_token);
  const here = async (): Promise<number> =>
    (await at.call("GET", "auth/token/lookup-self", { token })).status;
  const statuses = await Promise.all([here(), other.ask(token), here(), here(), here()]);
  statuses.push(await other.ask(token), await here());
  assert.equal(statuses.filter((status) => status === 200).length, 3);
  await other.end();
  await at.close();
});

test("who is told to step down leaves the background work to the other process", async () => {
  const at = await openTestKernel();
  const other = await at.second();
  assert.deepEqual([await at.kernel.tidy(), await other.kernel.tidy()], [true, false]);
  assert.equal((await at.call("PUT", "sys/step-down", { token: null })).status, 403);
  assert.equal((await at.call("PUT", "sys/step-down")).status, 204);
  assert.deepEqual([await at.kernel.tidy(), await other.kernel.tidy()], [false, true]);
  await other.close();
  await at.close();
});
