/** What the contract's other processes do: `contract-child.ts MODULE ARGUMENT ACTION …`; acknowledged writes are lines on stdout. */
import { writeSync } from "node:fs";
import type { Store } from "../core/ports/store.ts";

const [module = "", argument = "", action = "", ...args] = process.argv.slice(2);
const { openForContract } = (await import(module)) as {
  openForContract: (argument: string) => Promise<Store>;
};
const store = await openForContract(argument);

const actions: Readonly<Record<string, () => Promise<void>>> = {
  async increment() {
    const [key = "n", count = "0"] = args;
    for (let i = 0; i < Number(count); i++) {
      await store.transaction(async (tx) => {
        const entry = await tx.get(key);
        tx.put(key, Buffer.from(String(Number(entry?.value.toString() ?? 0) + 1)));
      });
    }
  },
  /** Takes the lock once; `Date` lies by the given milliseconds. */
  async take() {
    const [ttl = "500", step = "0"] = args;
    const honest = Date.now;
    Date.now = () => honest() + Number(step);
    const fence = await store.locks.take("work", Number(ttl));
    writeSync(1, `${fence === null ? "held" : "took"}\n`);
  },
  /**
   * Takes the lock when it can and counts under its fence until that is refused; `Date` lies by the given milliseconds. At SIGUSR2 it
   * stops itself in the middle of a transaction, where it holds nothing that the others need.
   */
  async lead() {
    const [ttl = "500", step = "0"] = args;
    const honest = Date.now;
    Date.now = () => honest() + Number(step);
    let toStop = false;
    process.on("SIGUSR2", () => (toStop = true));
    for (let terms = 0; ; terms++) {
      const fence = await store.locks.take("work", Number(ttl));
      if (fence === null) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        continue;
      }
      writeSync(1, `took ${fence.number}\n`);
      try {
        for (;;) {
          const n = await store.transaction(
            async (tx) => {
              const count = Number((await tx.get("count"))?.value.toString() ?? 0) + 1;
              tx.put("count", Buffer.from(String(count)));
              if (toStop) {
                toStop = false;
                process.kill(process.pid, "SIGSTOP");
              }
              tx.put(`log/${String(count).padStart(9, "0")}`, Buffer.from(String(fence.number)));
              return count;
            },
            { fence },
          );
          writeSync(1, `wrote ${n}\n`);
          await new Promise((resolve) => setTimeout(resolve, 2));
          if (n % 8 === 0) await store.locks.extend(fence, Number(ttl));
        }
      } catch (error) {
        writeSync(1, `refused ${(error as { code?: string }).code}\n`);
      }
    }
  },
  /** Until it is killed. */
  async write() {
    const [prefix = ""] = args;
    for (let i = 0; ; i++) {
      const key = `${prefix}${i}`;
      await store.put(key, Buffer.from(`value of ${key}`));
      writeSync(1, `${key}\n`);
      await store.transaction(async (tx) => {
        tx.put(`${prefix}pair-a${i}`, Buffer.from("x"));
        tx.put(`${prefix}pair-b${i}`, Buffer.from("x"));
      });
    }
  },
};
await actions[action]?.();
await store.close();
