/**
 * The probe: a program that looks around with the rights and the environment that it was started with, and prints what it could read as
 * lines of JSON. It is started once as any program is, and once as the job of a run. Its one argument is the file with the plan.
 */
import { readFileSync, writeSync } from "node:fs";
import { withDecoders } from "../../detect/decoders/with-decoders.ts";
import { createDetector } from "../../detect/detector.ts";
import { catalogue } from "../../detect/catalogue.ts";
import { look } from "./look.ts";
import type { Plan, ProbeLine } from "./types.ts";

const say = (line: ProbeLine): void => {
  let rest = Buffer.from(`${JSON.stringify(line)}\n`);
  while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
};

async function main(file: string): Promise<void> {
  const plan = JSON.parse(readFileSync(file, "utf8")) as Plan;
  const detector = withDecoders(createDetector({ catalogue: catalogue() }));
  const { items, own, notes } = await look({ plan, env: process.env, detector });
  for (const item of items) say({ item, own: false });
  for (const item of own) say({ item, own: true });
  for (const note of notes) say({ note });
  say({ end: true });
}

main(process.argv[2] ?? "").catch((error: unknown) => {
  process.exitCode = 1;
  process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : "Error"}\n`);
});
