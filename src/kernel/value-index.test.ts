import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { type TestKernel, openTestKernel } from "../../test/support/kernel.ts";
import { createBarrier } from "./barrier/index.ts";
import { Values } from "./value-index.ts";
import type { DeclaredProject, ValuePlace } from "./services.ts";
import { openSqliteStore } from "../store/sqlite/index.ts";

const project = (name: string, more: Partial<DeclaredProject> = {}): DeclaredProject => ({
  name,
  owner: "team@example.com",
  environments: { dev: {}, staging: {}, prod: { production: true } },
  secrets: { openai: { purpose: "explains", plain: ["account"] }, wandb: { plain: [] } },
  stages: {},
  ...more,
});
const place = (path: string, version = 1, mount = "secret/"): ValuePlace => ({ mount, path, version });
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

interface Bench {
  readonly declare: (declared: DeclaredProject) => Promise<void>;
  readonly put: (where: ValuePlace, fields: Record<string, string>) => Promise<void>;
  readonly forget: (where: ValuePlace) => Promise<void>;
  readonly values: Values;
}

/** As an engine does it: in a transaction of its own storage. */
async function benchOn(at: TestKernel): Promise<Bench & { close: () => Promise<void> }> {
  const store = await openSqliteStore({ path: `${at.folder}/store.db` });
  const barrier = createBarrier(store);
  await barrier.unseal(at.rootKey);
  const values = new Values(barrier);
  const engine = barrier.view("logical/engine/");
  return {
    values,
    declare: (declared) => engine.transaction((tx) => values.declare(tx, declared)),
    put: (where, fields) =>
      engine.transaction(async (tx) => {
        tx.put(`data/${where.path}`, Buffer.from("x"));
        const bytes = Object.entries(fields).map(([name, value]) => [name, Buffer.from(value)] as const);
        await values.record(tx, where, new Map(bytes));
      }),
    forget: (where) => engine.transaction((tx) => values.forget(tx, where)),
    close: () => store.close(),
  };
}

async function withBench(work: (bench: Bench, at: TestKernel) => Promise<void>): Promise<void> {
  const at = await openTestKernel();
  const bench = await benchOn(at);
  try {
    await work(bench, at);
  } finally {
    await bench.close();
    await at.close();
  }
}

test("the same value in a second environment of a project is refused, and never shown", () =>
  withBench(async ({ declare, put, values }) => {
    const value = fake("sk-", 30);
    await declare(project("fraud"));
    await put(place("fraud/dev/openai"), { value });
    await put(place("fraud/dev/wandb"), { other: value });
    await put(place("fraud/dev/openai", 2), { value });
    for (const environment of ["staging", "prod"])
      await assert.rejects(
        put(place(`fraud/${environment}/openai`), { value: fake("a", 20), key: value }),
        (error: Error) => {
          assert.match(error.message, new RegExp(`fraud/${environment}/openai \\(key\\).*fraud/dev/`));
          assert.ok(!error.message.includes(value));
          return true;
        },
      );
    assert.equal(
      (await values.lookup([sha256(value)])).get(sha256(value))?.length,
      3,
      "nothing of a refused put stays",
    );
    await put(place("fraud/prod/openai"), { value: fake("sk-", 30) });
  }));

test("exempt: plain fields, short ones, undeclared places, other projects, other mounts", () =>
  withBench(async ({ declare, put }) => {
    const value = fake("sk-", 30);
    await declare(project("fraud"));
    await declare(project("other"));
    await put(place("fraud/dev/openai"), { value, account: "acme-account", short: "abcde" });
    await put(place("fraud/prod/openai"), { account: "acme-account", short: "abcde" });
    await put(place("other/prod/openai"), { value });
    await put(place("fraud/nowhere/openai"), { value });
    await put(place("undeclared/prod/openai"), { value });
    await put(place("fraud/prod/openai", 1, "kv/"), { value });
    await assert.rejects(
      put(place("fraud/prod/wandb"), { account: "acme-account", value }),
      /already stands/,
    );
  }));

test("a version that is gone for good frees its value", () =>
  withBench(async ({ declare, put, forget, values }) => {
    const value = fake("sk-", 30);
    await declare(project("fraud"));
    await put(place("fraud/dev/openai"), { value });
    await put(place("fraud/dev/openai", 2), { value: fake("sk-", 30) });
    await assert.rejects(put(place("fraud/prod/openai"), { value }));
    await forget(place("fraud/dev/openai"));
    await forget(place("fraud/dev/openai"));
    assert.equal((await values.lookup([sha256(value)])).size, 0);
    await put(place("fraud/prod/openai"), { value });
  }));

test("white space around a value and a field called __proto__ are no way around", () =>
  withBench(async ({ declare, put, forget, values }) => {
    await declare(project("fraud"));
    const [value, other] = [fake("sk-", 30), fake("sk-", 30)];
    const proto = (text: string): Record<string, string> => JSON.parse(`{"__proto__":"${text}"}`) as never;
    await put(place("fraud/dev/openai"), { value: `${value}\n` });
    for (const variant of [value, ` ${value}`, `${value}\r\n`, `\t${value} `])
      await assert.rejects(put(place("fraud/prod/openai"), { value: variant }), /already stands/);
    await put(place("fraud/dev/wandb"), proto(other));
    await assert.rejects(put(place("fraud/prod/wandb"), { value: other }), /already stands/);
    assert.equal((await values.lookup([sha256(value), sha256(other)])).size, 2);
    await forget(place("fraud/dev/wandb"));
    await put(place("fraud/prod/wandb"), { value: other });
    await put(place("loose/dev/wandb"), proto(other));
    await put(place("loose/prod/wandb"), { value: other });
    await assert.rejects(declare(project("loose")), /already stands/, "declared later");
    await put(place("fraud/dev/spaces"), { value: " ".repeat(40) });
    await put(place("fraud/prod/spaces"), { value: " ".repeat(40) });
  }));

test("a mount that is unmounted takes its values along", async () => {
  const at = await openTestKernel();
  const value = fake("sk-", 30);
  const mount = (): Promise<unknown> =>
    at.call("POST", "sys/mounts/secret", { body: { type: "kv", options: { version: "2" } } });
  const put = async (environment: string): Promise<number> =>
    (await at.call("POST", `secret/data/fraud/${environment}/openai`, { body: { data: { value } } })).status;
  const stored = async (): Promise<number> => (await at.kernel.services.values.lookup([sha256(value)])).size;
  await mount();
  const { name: _, ...manifest } = project("fraud");
  assert.equal((await at.call("POST", "bulkhead/projects/fraud", { body: { manifest } })).status, 200);
  assert.deepEqual([await put("dev"), await put("prod"), await stored()], [200, 400, 1]);
  assert.equal((await at.call("DELETE", "sys/mounts/secret")).status, 204);
  assert.equal(await stored(), 0);
  await mount();
  assert.deepEqual([await put("prod"), await put("dev"), await stored()], [200, 400, 1]);
  await at.close();
});

test("of equal values put at once into two environments by two processes, one is refused", () =>
  withBench(async (bench, at) => {
    const other = await benchOn(at);
    await bench.declare(project("fraud"));
    for (let round = 0; round < 8; round++) {
      const value = fake("sk-", 30);
      const results = await Promise.allSettled([
        bench.put(place(`fraud/dev/s${round}`), { value }),
        other.put(place(`fraud/prod/s${round}`), { value }),
        other.put(place(`fraud/staging/s${round}`), { value }),
      ]);
      assert.equal(results.filter((result) => result.status === "fulfilled").length, 1);
    }
    await other.close();
  }));

test("a project is not declared over values that two of its environments share", () =>
  withBench(async ({ declare, put, values }) => {
    const value = fake("sk-", 30);
    await put(place("fraud/dev/openai"), { value });
    await put(place("fraud/prod/openai"), { value });
    await assert.rejects(declare(project("fraud")), /already stands/);
    assert.deepEqual(await values.projects(), []);
    await declare(project("fraud", { secrets: { openai: { plain: ["value"] } } }));
    await declare(project("fraud2"));
    assert.deepEqual(
      (await values.projects()).map(({ name }) => name),
      ["fraud", "fraud2"],
    );
  }));

test("look-ups take the hash and give owner and purpose", () =>
  withBench(async ({ declare, put, values }) => {
    const value = fake("sk-", 30);
    await declare(project("fraud"));
    await put(place("fraud/dev/openai", 3), { value });
    await put(place("loose/end", 1, "kv/"), { value });
    const found = await values.lookup([sha256(value), sha256("unknown"), "no hash", value]);
    assert.deepEqual([...found.keys()], [sha256(value)]);
    const refs = [...(found.get(sha256(value)) ?? [])].sort((a, b) => (a.path < b.path ? -1 : 1));
    assert.deepEqual(refs, [
      {
        project: "",
        environment: "",
        secret: "loose/end",
        field: "value",
        path: "kv/loose/end",
        version: 1,
        current: true,
        production: false,
        stages: [],
      },
      {
        project: "fraud",
        environment: "dev",
        secret: "openai",
        field: "value",
        path: "secret/fraud/dev/openai",
        version: 3,
        current: true,
        production: false,
        stages: [],
        owner: "team@example.com",
        purpose: "explains",
      },
    ]);
  }));
