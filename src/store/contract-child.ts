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
