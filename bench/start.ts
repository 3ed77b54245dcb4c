/**
 * Start-up: `bulkhead --version` and `bulkhead secret get` on the embedded store against a bare `node -e 0` of the same Node.
 * `npm run bench:start [-- ROUNDS]`
 */
import { Bench } from "./interleaved.ts";
import { START, START_PREPARATION } from "./launches.ts";

using bench = new Bench();
for (const launch of START_PREPARATION) bench.time(launch);
bench.table(START, Number(process.argv[2] ?? 31));
