/**
 * The contract every store passes on its real self: `storeContract("name", open)` registers the tests. Nothing here knows an
 * implementation; other processes open the same store through the fixture's `child`.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import test from "node:test";
import fc from "fast-check";
import type { Store } from "../core/ports/store.ts";
import { locks } from "./contract-locks.ts";
import { childrenOf, compareKeys } from "./keys.ts";

export interface StoreFixture {
  readonly store: Store;
  /** A further connection to the same store, in this process. */
  readonly reopen: () => Promise<Store>;
  /** Closes what `open` made and removes it. */
  readonly cleanup: () => Promise<void>;
  /** How another process opens it: a module that exports `openForContract(argument)`. */
  readonly child: { readonly module: string; readonly argument: string };
}

/** Starts `contract-child.ts` on the fixture's store. */
export function startChild(fixture: StoreFixture, action: string, ...args: string[]): ChildProcess {
  const script = join(import.meta.dirname, "contract-child.ts");
  const { module, argument } = fixture.child;
  return spawn(process.execPath, [script, module, argument, action, ...args], {
    stdio: ["pipe", "pipe", "inherit"],
  });
}

async function finished(child: ChildProcess): Promise<void> {
  const [code] = (await once(child, "exit")) as [number | null];
  assert.equal(code, 0, "the child ended well");
}

const bytes = (text: string): Buffer => Buffer.from(text);
const text = async (store: Pick<Store, "get">, key: string): Promise<string | null> =>
  (await store.get(key))?.value.toString() ?? null;

/** How often tests repeat: a small and a full count (test/support/scale.ts). */
export type Scale = (small: number, full: number) => number;

export function storeContract(name: string, open: () => Promise<StoreFixture>, scale: Scale): void {
  const check = (title: string, body: (fixture: StoreFixture) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      const fixture = await open();
      try {
        await body(fixture);
      } finally {
        await fixture.cleanup();
      }
    });
  };
  entries(check);
  listing(check);
  transactions(check, scale);
  processes(check, scale);
  locks(check, scale);
  model(check, scale);
}

export type Check = (title: string, body: (fixture: StoreFixture) => Promise<void>) => void;

function entries(check: Check): void {
  check("keeps bytes, gives null for what is not there, and deletes", async ({ store, reopen }) => {
    assert.equal(await store.get("a"), null);
    const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    assert.equal(await store.put("a", every), true);
    assert.equal(await store.put("empty", Buffer.alloc(0)), true);
    assert.deepEqual((await store.get("a"))?.value, every);
    assert.equal((await store.get("empty"))?.value.length, 0);
    const second = await reopen();
    assert.deepEqual((await second.get("a"))?.value, every);
    await second.delete("a");
    await second.delete("never there");
    await second.close();
    assert.equal(await store.get("a"), null);
  });

  check("does not keep the buffers it was given, nor share those it gave", async ({ store }) => {
    const given = bytes("value");
    const writing = store.put("a", given);
    given.fill(0);
    await writing;
    (await store.get("a"))?.value.fill(0);
    assert.equal(await text(store, "a"), "value");
    const both = [store.get("a"), store.get("a")].map(async (reading) => {
      const value = (await reading)?.value;
      const read = value?.toString();
      value?.fill(0);
      return read;
    });
    assert.deepEqual(
      await Promise.all(both),
      ["value", "value"],
      "each of those that ask at once has its own",
    );
    await store.transaction(async (tx) => {
      const later = bytes("other");
      tx.put("a", later);
      later.fill(0);
      (await tx.get("a"))?.value.fill(0);
    });
    assert.equal(await text(store, "a"), "other");
  });

  check("compare and set, with versions that never come back", async ({ store }) => {
    assert.equal(await store.put("a", bytes("1"), { ifVersion: 7 }), false);
    assert.equal(await store.put("a", bytes("1"), { ifVersion: 0 }), true);
    assert.equal(await store.put("a", bytes("2"), { ifVersion: 0 }), false);
    const first = (await store.get("a"))?.version ?? 0;
    assert.equal(await store.put("a", bytes("2"), { ifVersion: first }), true);
    assert.equal(await store.put("a", bytes("3"), { ifVersion: first }), false);
    const second = (await store.get("a"))?.version ?? 0;
    assert.ok(second > first);
    await store.delete("a");
    await store.put("a", bytes("4"));
    assert.equal(await store.put("a", bytes("5"), { ifVersion: second }), false, "deleted and made again");
    assert.equal(await text(store, "a"), "4");
    const race = await Promise.all(
      [1, 2, 3, 4].map((n) => store.put("b", bytes(String(n)), { ifVersion: 0 })),
    );
    assert.equal(race.filter((won) => won).length, 1);
  });

  check("big values up to 32 MiB, and no more", async ({ store }) => {
    const big = Buffer.alloc(32 * 1024 * 1024, "bulkhead ");
    await store.put("big", big);
    assert.ok((await store.get("big"))?.value.equals(big));
    await assert.rejects(store.put("bigger", Buffer.alloc(big.length + 1)), { code: "store.bad-key" });
  });

  check("odd keys are kept apart; impossible ones are refused", async ({ store }) => {
    const odd = [
      ..." %_[]*?'\"\\;-",
      "a%",
      "a_",
      "ab",
      "A",
      "../x",
      "/",
      "//",
      "\u{10ffff}",
      "\uffff",
      "\ud7ff",
      "\ue000",
      "\u00e9",
      "e\u0301",
      "𝒳",
      "\n",
      "x".repeat(1024),
    ];
    for (const key of odd) await store.put(key, bytes(key));
    for (const key of odd) assert.equal(await text(store, key), key);
    assert.deepEqual(await store.list(""), [...odd].sort(compareKeys));
    assert.deepEqual(await store.list("a%"), ["a%"]);
    assert.deepEqual(await store.list("a_"), ["a_"]);
    assert.deepEqual(await store.list("["), ["["]);
    assert.deepEqual(await store.list("\u{10ffff}"), ["\u{10ffff}"]);
    assert.deepEqual(await store.list("\ud7ff"), ["\ud7ff"]);
    for (const key of ["", "a\0b", "\ud800", "x".repeat(1025), "é".repeat(513)]) {
      await assert.rejects(store.put(key, bytes("x")), { code: "store.bad-key" });
      await assert.rejects(store.get(key), { code: "store.bad-key" });
      await assert.rejects(store.delete(key), { code: "store.bad-key" });
      await assert.rejects(
        store.transaction(async (tx) => tx.put(key, bytes("x"))),
        { code: "store.bad-key" },
      );
    }
  });

  check("the change token tells of every write, by any connection", async ({ store, reopen }) => {
    const other = await reopen();
    let last = await store.changeToken();
    assert.equal(await store.changeToken(), last);
    const changed = async (what: string): Promise<void> => {
      const now = await store.changeToken();
      assert.notEqual(now, last, what);
      last = now;
    };
    await store.put("a", bytes("1"));
    await changed("own put");
    await other.put("a", bytes("2"));
    await changed("another's put");
    await other.delete("a");
    await changed("another's delete");
    await store.transaction(async (tx) => tx.put("b", bytes("1")));
    await changed("own transaction");
    await store.get("b");
    await other.list("");
    assert.equal(await store.changeToken(), last, "reads change nothing");
    await other.close();
  });

  check("a closed store says so, and may be closed again", async ({ reopen }) => {
    const store = await reopen();
    const writing = store.put("a", bytes("1"));
    await store.close();
    assert.equal(await writing, true, "what was asked before is done");
    await store.close();
    await assert.rejects(store.get("a"), { code: "store.closed" });
    await assert.rejects(store.put("a", bytes("1")), { code: "store.closed" });
    await assert.rejects(
      store.transaction(async (tx) => tx.get("a")),
      { code: "store.closed" },
    );
  });
}

function listing(check: Check): void {
  check("lists by bytes, below a prefix, in pages", async ({ store }) => {
    const keys = ["a", "a-b", "a/1", "a/2/x", "a/2/y", "a/é", "a/𝒳", "a0", "b/", "b//c", "z"];
    await Promise.all(keys.map((key) => store.put(key, bytes("x"))));
    assert.deepEqual(await store.list(""), keys);
    assert.deepEqual(await store.list("a/"), ["a/1", "a/2/x", "a/2/y", "a/é", "a/𝒳"]);
    assert.deepEqual(await store.list("a/2"), ["a/2/x", "a/2/y"]);
    assert.deepEqual(await store.list("a/", { limit: 2 }), ["a/1", "a/2/x"]);
    assert.deepEqual(await store.list("a/", { after: "a/2/x", limit: 2 }), ["a/2/y", "a/é"]);
    assert.deepEqual(await store.list("a/", { after: "a/𝒳" }), []);
    assert.deepEqual(await store.list("a/", { after: "A" }), await store.list("a/"));
    assert.deepEqual(await store.list("a/", { after: "zz" }), []);
    assert.deepEqual(await store.list("a/", { limit: 0 }), []);
    assert.deepEqual(await store.list("none/"), []);
    assert.deepEqual(await store.children(""), ["a", "a-b", "a/", "a0", "b/", "z"]);
    assert.deepEqual(await store.children("a/"), ["1", "2/", "é", "𝒳"]);
    assert.deepEqual(await store.children("", { after: "a", limit: 2 }), ["a-b", "a/"]);
    assert.deepEqual(await store.children("", { after: "a/" }), ["a0", "b/", "z"]);
    assert.deepEqual(await store.children("b/"), ["/"]);
    assert.deepEqual(await store.children("none/"), []);
    await assert.rejects(store.children("a"), { code: "store.bad-key" });
  });

  check("children of large folders, page by page", async ({ store }) => {
    await store.transaction(async (tx) => {
      for (const folder of ["a", "b", "c"]) {
        tx.put(folder, bytes("x"));
        for (let i = 0; i < 300; i++) tx.put(`${folder}/${i}/x`, bytes("x"));
      }
    });
    assert.deepEqual(await store.children(""), ["a", "a/", "b", "b/", "c", "c/"]);
    const paged: string[] = [];
    for (;;) {
      const page = await store.children("b/", {
        limit: 7,
        ...(paged.length ? { after: paged.at(-1) ?? "" } : {}),
      });
      if (page.length === 0) break;
      paged.push(...page);
    }
    assert.equal(paged.length, 300);
    assert.deepEqual(paged, await store.children("b/"));
  });
}

function transactions(check: Check, scale: Scale): void {
  check("a transaction is all or nothing and sees its own writes", async ({ store }) => {
    await store.put("old", bytes("1"));
    const result = await store.transaction(async (tx) => {
      tx.put("new/a", bytes("1"));
      tx.put("new/b", bytes("1"));
      tx.delete("new/b");
      tx.delete("old");
      assert.equal(await text(tx, "new/a"), "1");
      assert.equal(await tx.get("new/b"), null);
      assert.equal(await tx.get("old"), null);
      assert.deepEqual(await tx.list(""), ["new/a"]);
      assert.deepEqual(await tx.children(""), ["new/"]);
      assert.deepEqual(await tx.list("", { after: "new/a" }), []);
      return 42;
    });
    assert.equal(result, 42);
    assert.deepEqual(await store.list(""), ["new/a"]);
    const gone = new Error("no");
    const failing = store.transaction(async (tx) => {
      tx.put("x", bytes("1"));
      await tx.get("new/a");
      throw gone;
    });
    await assert.rejects(failing, gone);
    const late = await store.transaction(async (tx) => tx);
    assert.throws(() => late.put("late", bytes("x")), TypeError);
    assert.throws(() => late.delete("new/a"), TypeError);
    assert.deepEqual(await store.list(""), ["new/a"]);
  });

  check("a lost update is caught: the transaction runs again", async ({ store, reopen }) => {
    const other = await reopen();
    await store.put("n", bytes("1"));
    let runs = 0;
    await store.transaction(async (tx) => {
      const n = Number(await text(tx, "n"));
      if (runs++ === 0) await other.put("n", bytes("10"));
      tx.put("n", bytes(String(n + 1)));
    });
    assert.equal(runs, 2);
    assert.equal(await text(store, "n"), "11");
    await other.close();
  });

  check("write skew is caught", async ({ store, reopen }) => {
    const other = await reopen();
    await store.put("on-call/ann", bytes("yes"));
    await store.put("on-call/bob", bytes("yes"));
    const leave = (who: Store, me: string): Promise<void> =>
      who.transaction(async (tx) => {
        const here = [];
        for (const key of ["on-call/ann", "on-call/bob"]) if ((await text(tx, key)) === "yes") here.push(key);
        await new Promise((resolve) => setTimeout(resolve, 5));
        if (here.length > 1) tx.put(`on-call/${me}`, bytes("no"));
      });
    await Promise.all([leave(store, "ann"), leave(other, "bob")]);
    const left = [await text(store, "on-call/ann"), await text(store, "on-call/bob")];
    assert.deepEqual(left.sort(), ["no", "yes"]);
    await other.close();
  });

  for (const kind of ["list", "children"] as const) {
    check(`a phantom in ${kind} is caught`, async ({ store, reopen }) => {
      const other = await reopen();
      const claim = (who: Store, me: string): Promise<void> =>
        who.transaction(async (tx) => {
          const taken = await tx[kind]("seat/");
          await new Promise((resolve) => setTimeout(resolve, 5));
          if (taken.length === 0) tx.put(`seat/${me}`, bytes("x"));
        });
      await Promise.all([claim(store, "ann"), claim(other, "bob"), claim(store, "cid")]);
      assert.equal((await store.list("seat/")).length, 1);
      await other.close();
    });
  }

  check("what only reads sees one state", async ({ store, reopen }) => {
    const other = await reopen();
    await store.put("a", bytes("1"));
    await store.put("b", bytes("1"));
    let runs = 0;
    const seen = await store.transaction(async (tx) => {
      const a = await text(tx, "a");
      if (runs++ === 0)
        await other.transaction(async (change) => {
          change.put("a", bytes("2"));
          change.put("b", bytes("2"));
        });
      return [a, await text(tx, "b")];
    });
    assert.deepEqual(seen, ["2", "2"]);
    await other.close();
  });

  check("an error that came of reads that no longer hold is not thrown", async ({ store, reopen }) => {
    const other = await reopen();
    await store.put("a", bytes("old"));
    let runs = 0;
    const seen = await store.transaction(async (tx) => {
      const a = await text(tx, "a");
      if (runs++ === 0) await other.put("a", bytes("new"));
      if (a === "old") throw new Error("stale");
      return a;
    });
    assert.equal(seen, "new");
    await other.close();
  });

  check("gives up after too many conflicts", async ({ store, reopen }) => {
    const other = await reopen();
    let n = 0;
    const hopeless = store.transaction(async (tx) => {
      await tx.get("a");
      await other.put("a", bytes(String(n++)));
      tx.put("b", bytes("x"));
    });
    await assert.rejects(hopeless, { code: "store.contended" });
    assert.equal(await store.get("b"), null);
    await other.close();
  });

  check("many at once in one process: none is lost", async ({ store }) => {
    const count = scale(60, 600); // shared by six
    const increment = (): Promise<void> =>
      store.transaction(async (tx) => tx.put("n", bytes(String(Number((await text(tx, "n")) ?? 0) + 1))));
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        for (let i = 0; i < count / 6; i++) await increment();
      }),
    );
    assert.equal(await text(store, "n"), String(count));
  });
}

function processes(check: Check, scale: Scale): void {
  check("several processes increment one counter: none is lost", async (fixture) => {
    const count = scale(60, 1000);
    await Promise.all([1, 2, 3].map(() => finished(startChild(fixture, "increment", "n", String(count)))));
    assert.equal(await text(fixture.store, "n"), String(3 * count));
  });

  check("every write a killed process acknowledged is there", async (fixture) => {
    for (let round = 0; round < scale(2, 20); round++) {
      const child = startChild(fixture, "write", `r${round}/`);
      const acknowledged: string[] = [];
      assert.ok(child.stdout);
      for await (const line of createInterface({ input: child.stdout })) {
        acknowledged.push(line);
        if (acknowledged.length === 40) child.kill("SIGKILL");
      }
      assert.ok(acknowledged.length >= 40);
      const store = await fixture.reopen();
      for (const key of acknowledged) assert.equal(await text(store, key), `value of ${key}`);
      for (const key of await store.list(`r${round}/`)) {
        if (!key.includes("pair")) continue;
        const twin = key.includes("pair-a")
          ? key.replace("pair-a", "pair-b")
          : key.replace("pair-b", "pair-a");
        assert.notEqual(await store.get(twin), null, "transactions are whole");
      }
      await store.close();
    }
  });
}

type Step =
  | { readonly do: "put"; readonly key: string; readonly value: string }
  | { readonly do: "delete"; readonly key: string }
  | {
      readonly do: "list" | "children";
      readonly prefix: string;
      readonly after: string;
      readonly limit: number;
    };

function model(check: Check, scale: Scale): void {
  const key = fc
    .array(fc.constantFrom("a", "b", "/", "%", "_", "é", "𝒳", "\uffff", "0"), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.join(""));
  const folder = key.map((k) => (k.endsWith("/") ? k : ""));
  const step: fc.Arbitrary<Step> = fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant("put" as const), key, value: fc.string() }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("delete" as const), key }) },
    fc.record({ do: fc.constant("list" as const), prefix: key, after: key, limit: fc.nat(6) }),
    fc.record({ do: fc.constant("children" as const), prefix: folder, after: key, limit: fc.nat(6) }),
  );
  const plan = fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 8 });

  check("behaves like a sorted map, alone and in transactions", async ({ store }) => {
    await fc.assert(
      fc.asyncProperty(plan, fc.boolean(), async (groups, together) => {
        await store.transaction(async (tx) => {
          for (const old of await tx.list("")) tx.delete(old);
        });
        const map = new Map<string, string>();
        for (const group of groups) {
          if (together)
            await store.transaction(async (tx) => {
              const copy = new Map(map);
              for (const one of group) await run(tx, copy, one);
            });
          for (const one of group) await run(together ? null : store, map, one);
          const sorted = [...map.keys()].sort(compareKeys);
          assert.deepEqual(await store.list(""), sorted);
          for (const [name, value] of map) assert.equal(await text(store, name), value);
        }
      }),
      { numRuns: scale(25, 500) },
    );
  });
}

/** Does `step` on the model and, when there is one, on the real thing; compares what they give. */
async function run(
  real: (Pick<Store, "get" | "list" | "children"> & { put: unknown; delete: unknown }) | null,
  map: Map<string, string>,
  step: Step,
): Promise<void> {
  const target = real as Pick<Store, "put" | "delete" | "list" | "children"> | null;
  if (step.do === "put") {
    await target?.put(step.key, bytes(step.value));
    map.set(step.key, step.value);
  } else if (step.do === "delete") {
    await target?.delete(step.key);
    map.delete(step.key);
  } else {
    const { prefix, after, limit } = step;
    const below = [...map.keys()].filter((k) => k.startsWith(prefix)).sort(compareKeys);
    const keys = below.filter((k) => compareKeys(k, after) > 0).slice(0, limit);
    const expected = step.do === "list" ? keys : childrenOf(prefix, below, { after, limit });
    if (target !== null) assert.deepEqual(await target[step.do](prefix, { after, limit }), expected);
  }
}
