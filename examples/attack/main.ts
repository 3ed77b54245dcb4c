/**
 * `node examples/attack/main.ts [--json] [--metadata URL] [--way WAY]… [-- ARGS of bulkhead run]`: the table. Exits with 1 where it is
 * not the expected one.
 */
import { parseArgs } from "node:util";
import { WAYS, type Way } from "./expected.ts";
import { differences, replay } from "./replay.ts";
import { tableOf } from "./table.ts";

const cut = process.argv.indexOf("--", 2);
const [own, more] =
  cut < 0 ? [process.argv.slice(2), []] : [process.argv.slice(2, cut), process.argv.slice(cut + 1)];
const { values } = parseArgs({
  args: own,
  options: {
    json: { type: "boolean" },
    metadata: { type: "string" },
    way: { type: "string", multiple: true },
  },
});
const ways = values.way === undefined ? WAYS : WAYS.filter((one) => (values.way as Way[]).includes(one));
const hauls = await replay({
  more,
  ways,
  ...(values.metadata === undefined ? {} : { metadata: values.metadata }),
});
const wrong = differences(hauls);
if (values.json === true) process.stdout.write(`${JSON.stringify({ hauls, wrong })}\n`);
else {
  process.stdout.write(`${tableOf(hauls).join("\n")}\n`);
  for (const one of wrong) process.stderr.write(`not as expected: ${one}\n`);
}
process.exitCode = wrong.length === 0 ? 0 : 1;
