/** Where the probe stands: beside this one in the sources, beside the bundle under the name that its build gave it. */
import { join } from "node:path";

declare const LITMUS_PROBE_FILE: string | undefined;

export const probeFile: string = join(
  import.meta.dirname,
  typeof LITMUS_PROBE_FILE === "string" ? LITMUS_PROBE_FILE : "probe.ts",
);
