/** A reporter of `node:test` that ends the process with 1 at the first failure, saying where, and is silent otherwise. */
import type { TestEvent } from "node:test/reporters";

/** Before the line that says it: tests print, too. */
export const FAILED = "first failure: ";

export default async function* bail(events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events)
    if (type === "test:fail") {
      process.stdout.write(`\n${FAILED}${data.file ?? ""}: ${data.name}\n`);
      process.exit(1);
    }
  yield "";
}
