/** The part of the stores' contract that is about locks and fences, in one process and between several. */
import assert from "node:assert/strict";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { Fence, Store } from "../core/ports/store.ts";
import { type Check, type Scale, type StoreFixture, startChild } from "./contract.ts";

const LONG = 60_000;
const DAY = 86_400_000;
const fenced = { code: "store.fenced" };
const x = Buffer.from("x");

async function take(store: Store, ttl = LONG): Promise<Fence> {
  const fence = await store.locks.take("work", ttl);
  assert.ok(fence !== null, "the lock is free");
  return fence;
}

/** Every way to write, under this fence. */
const writes = (store: Store, fence: Fence): readonly (() => Promise<unknown>)[] => [
  () => store.put("by", x, { fence }),
  () => store.put("there", x, { fence, ifVersion: 0 }),
  () => store.delete("kept", { fence }),
  () => store.transaction(async (tx) => tx.put("by", x), { fence }),
  () =>
    store.transaction(
      async (tx) => {
        await tx.list("");
        tx.delete("kept");
      },
      { fence },
    ),
];

export function locks(check: Check, scale: Scale): void {
  check("one holds a lock; its number grows with each holder", async ({ store, reopen }) => {
    const other = await reopen();
    const mine = await take(store);
    assert.equal(await store.locks.take("work", LONG), null, "not twice");
    assert.equal(await other.locks.take("work", 1), null, "however short it is asked for");
    assert.ok((await other.locks.take("another", LONG)) !== null, "names are apart");
    assert.equal(await store.locks.extend(mine, LONG), true);
    assert.equal(await other.locks.extend({ ...mine, number: mine.number + 1 }, LONG), false);
    await other.locks.release({ ...mine, number: mine.number - 1 });
    assert.equal(await other.locks.take("work", LONG), null, "only its holder gives it up");
    await store.locks.release(mine);
    const theirs = await take(other);
    assert.ok(theirs.number > mine.number);
    assert.equal(await store.locks.extend(mine, LONG), false);
    await store.locks.release(mine);
    assert.equal(await store.locks.take("work", LONG), null, "what is over gives up nothing");
    const race = await Promise.all([store, other, store].map((each) => each.locks.take("race", LONG)));
    assert.equal(race.filter((fence) => fence !== null).length, 1);
    await other.close();
  });

  check("what is written under a fence needs the lock at that very moment", async ({ store, reopen }) => {
    const other = await reopen();
    await store.put("kept", x);
    const mine = await take(store);
    for (const write of writes(store, mine)) await write();
    await store.delete("there");
    await store.delete("by");
    await store.put("kept", x);
    await store.locks.release(mine);
    for (const write of writes(store, mine)) await assert.rejects(write(), fenced, "given up");
    const theirs = await take(other);
    for (const write of writes(store, mine)) await assert.rejects(write(), fenced, "passed on");
    const made = { ...theirs, name: "other" };
    for (const write of writes(store, made)) await assert.rejects(write(), fenced, "never taken");
    assert.deepEqual(await store.list(""), ["kept"]);
    assert.equal(await store.transaction((tx) => tx.get("none"), { fence: mine }), null, "reads are free");
    await other.put("by", x, { fence: theirs });
    await other.close();
  });

  check("a lock ends at its time, also when nobody takes it", async ({ store }) => {
    await store.put("kept", x);
    const fence = await take(store, 50);
    await sleep(120);
    for (const write of writes(store, fence)) await assert.rejects(write(), fenced);
    assert.equal(await store.locks.extend(fence, LONG), false, "it is not woken again");
    assert.ok((await take(store)).number > fence.number);
    assert.deepEqual(await store.list(""), ["kept"]);
  });

  check("the lock passes on while a transaction under it runs: nothing of it is kept", async (fixture) => {
    const { store, reopen } = fixture;
    const other = await reopen();
    const mine = await take(store);
    const late = store.transaction(
      async (tx) => {
        await tx.get("a");
        tx.put("a", x);
        await store.locks.release(mine);
        await take(other);
      },
      { fence: mine },
    );
    await assert.rejects(late, fenced);
    assert.equal(await store.get("a"), null);
    await other.close();
  });

  check("a refused fence fails nobody else of its group", async ({ store }) => {
    const over = await take(store);
    await store.locks.release(over);
    const held = await take(store);
    const settled = await Promise.allSettled([
      store.put("a", x),
      store.put("b", x, { fence: over }),
      store.put("c", x, { fence: held }),
      store.transaction(async (tx) => tx.put("d", x), { fence: over }),
      store.transaction(async (tx) => tx.put("e", x)),
    ]);
    assert.deepEqual(
      settled.map(({ status }) => status === "fulfilled"),
      [true, false, true, false, true],
    );
    assert.deepEqual(await store.list(""), ["a", "c", "e"]);
  });

  check("a stopped process that wakes up behind its lock writes nothing", async (fixture) => {
    for (let round = 0; round < scale(2, 25); round++) {
      const sleeper = new Child(fixture, ["300", "0"]);
      const heir = new Child(fixture, ["300", "0"]);
      try {
        const first = await Promise.race([sleeper.says(/^took/), heir.says(/^took/)]);
        const [stopped, other] = sleeper.lines.includes(first) ? [sleeper, heir] : [heir, sleeper];
        await stopped.says(/^wrote/);
        const from = other.lines.length;
        stopped.child.kill("SIGUSR2");
        await other.says(/^took/, from);
        await other.wrote();
        const before = stopped.lines.length;
        stopped.child.kill("SIGCONT");
        assert.equal(
          await stopped.says(/./, before),
          "refused store.fenced",
          "what it was about to write when it was stopped",
        );
      } finally {
        await Promise.all([sleeper.end(), heir.end()]);
      }
    }
    await inOrder(fixture.store);
  });

  check("a clock that lies by a day neither takes a lock before its time nor keeps it", async (fixture) => {
    const { store } = fixture;
    for (const step of [DAY, -DAY]) {
      const ask = async (): Promise<string> => {
        const child = new Child(fixture, [String(LONG), String(step)], "take");
        const said = await child.says(/./);
        await child.end();
        return said;
      };
      const mine = await take(store);
      assert.equal(await ask(), "held");
      await store.locks.release(mine);
      assert.equal(await ask(), "took");
      assert.equal(await store.locks.take("work", LONG), null, "nor does it lose it");
      await store.locks.release({ ...mine, number: mine.number + 1 });
    }
  });

  check("holders whose clocks lie by a day either way take turns like all others", async (fixture) => {
    const children = ["0", String(DAY), String(-DAY)].map((step) => new Child(fixture, ["150", step]));
    try {
      for (let turn = 0; turn < scale(4, 40); turn++) {
        const leader = await Promise.race(children.map((each) => each.wrote().then(() => each)));
        leader.child.kill("SIGUSR2");
        const others = children.filter((each) => each !== leader);
        await Promise.race(others.map((each) => each.says(/^took/, each.lines.length)));
        leader.child.kill("SIGCONT");
      }
    } finally {
      await Promise.all(children.map((child) => child.end()));
    }
    await inOrder(fixture.store);
  });

  check(
    "holders that are killed: nothing acknowledged is lost, nothing is written twice",
    async (fixture) => {
      let acknowledged = 0;
      for (let round = 0; round < scale(3, 30); round++) {
        const children = [1, 2].map(() => new Child(fixture, ["200", "0"]));
        const leader = await Promise.race(children.map((each) => each.wrote().then(() => each)));
        await leader.end();
        const other = children.find((each) => each !== leader);
        await other?.wrote();
        await other?.end();
        for (const { lines } of children)
          for (const line of lines)
            if (line.startsWith("wrote")) acknowledged = Math.max(acknowledged, Number(line.slice(6)));
      }
      assert.ok((await inOrder(fixture.store)) >= acknowledged);
    },
  );
}

/** What the holders logged: no number is missing, and no earlier holder wrote behind a later one. Gives the count. */
async function inOrder(store: Store): Promise<number> {
  const keys = await store.list("log/");
  assert.equal(Number((await store.get("count"))?.value.toString()), keys.length);
  let last = 0;
  for (const [index, key] of keys.entries()) {
    assert.equal(Number(key.slice(4)), index + 1);
    const number = Number((await store.get(key))?.value.toString());
    assert.ok(number >= last, `${key} was written under ${number} behind ${last}`);
    last = number;
  }
  return keys.length;
}

class Child {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly #ended: Promise<unknown>;
  #closed = false;
  #heard: (() => void)[] = [];

  constructor(fixture: StoreFixture, args: readonly string[], action = "lead") {
    this.child = startChild(fixture, action, ...args);
    this.#ended = once(this.child, "close").finally(() => {
      this.#closed = true;
      this.#hear();
    });
    assert.ok(this.child.stdout);
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.lines.push(line);
      this.#hear();
    });
  }

  /** The first line from `from` on that matches, once it is there. */
  async says(pattern: RegExp, from = 0): Promise<string> {
    for (;;) {
      const line = this.lines.slice(from).find((each) => pattern.test(each));
      if (line !== undefined) return line;
      assert.ok(!this.#closed, "the child runs");
      await new Promise<void>((resolve) => this.#heard.push(resolve));
    }
  }

  /** Something from now on. */
  wrote(): Promise<string> {
    return this.says(/^wrote/, this.lines.length);
  }

  async end(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.#ended;
  }

  #hear(): void {
    for (const resolve of this.#heard.splice(0)) resolve();
  }
}
