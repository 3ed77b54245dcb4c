/** `bulkhead scan --follow FILE`: a line for each finding as soon as it is there; ends on SIGINT or SIGTERM. */
import { resolve } from "node:path";
import { BulkheadError } from "../core/errors.ts";
import type { Detector } from "../detect/types.ts";
import { visible } from "../report/visible.ts";
import { follow } from "../scan/sources/follow.ts";
import { sightingsOf } from "../scan/tree.ts";
import type { Context } from "./context.ts";

interface With {
  readonly detector: Detector;
  readonly context: Context;
}

export async function followFile(
  args: readonly string[],
  flags: { readonly format: string; readonly output: string | undefined; readonly exitZero: boolean },
  { detector, context }: With,
): Promise<number> {
  const [path = "-", ...others] = args;
  if (path === "-" || others.length > 0 || flags.format !== "text" || flags.output !== undefined)
    throw new BulkheadError("usage.invalid", {
      problem: "`--follow` takes one file and reports as text",
      command: "scan",
    });
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  let serious = false;
  for await (const found of follow(resolve(context.cwd, path), { detector, signal: stop.signal }))
    for (const { finding } of sightingsOf(path, found)) {
      const { place, severity, title, preview } = finding;
      serious ||= severity !== "info";
      context.out.print(visible(`${path}:${place.line}:${place.column}  ${severity}  ${title}  ${preview}`));
    }
  return serious && !flags.exitZero ? 3 : 0;
}
