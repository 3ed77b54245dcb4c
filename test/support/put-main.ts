/**
 * A process that opens the local store as the CLI does and puts values: `put-main.ts GROUP NAME COUNT AT-ONCE`, the store in
 * `$BULKHEAD_HOME`. Each put is one line before it (`> path value`) and one after it was acknowledged (`< path value version`).
 */
import { writeSync } from "node:fs";
import { ApiClient } from "../../src/client/index.ts";
import { openLocal } from "../../src/server/local.ts";
import { fake } from "./fake.ts";

const [group = "", name = "", count = "0", atOnce = "1"] = process.argv.slice(2);
const say = (line: string): number => writeSync(1, `${line}\n`); // gone to the pipe before the next step, whatever happens then
const local = await openLocal({ home: process.env.BULKHEAD_HOME ?? "" });
const api = new ApiClient({ transport: local.handle, token: local.operatorToken });
await api
  .write("sys/mounts/secret", { type: "kv", options: { version: "2" } })
  .catch(async (error: unknown) => {
    const mounts = await api.read("sys/mounts"); // another of these processes was first
    if (mounts === null || !Object.hasOwn(mounts, "secret/")) throw error;
  });
say("ready");
let next = 0;
const work = async (): Promise<void> => {
  for (let at = next++; at < Number(count); at = next++) {
    // every other one at a path that the group's other processes write too; four of them make eight versions, ten are kept
    const path = at % 2 === 0 ? `kill/${group}/${name}/${at >> 3}` : `kill/${group}/shared/${at >> 2}`;
    const value = fake(`${name}_`, 24);
    say(`> ${path} ${value}`);
    const data = await api.write(`secret/data/${path}`, { data: { value } });
    say(`< ${path} ${value} ${String(data?.version)}`);
  }
};
await Promise.all(Array.from({ length: Number(atOnce) }, work));
await local.close();
