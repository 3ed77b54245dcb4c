/** A stage by its name. */
import type { Manifest, Stage } from "../manifest/index.ts";
import { unknownName } from "./project.ts";

/** Throws `manifest.unknown-stage`. */
export function stageOf({ stages }: Manifest, name: string): Stage {
  const found = stages.find((one) => one.name === name);
  if (found !== undefined) return found;
  throw unknownName(
    "manifest.unknown-stage",
    name,
    stages.map((one) => one.name),
  );
}
