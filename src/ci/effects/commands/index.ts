/** The registry of known commands. A row matches a program and its first words; whatever is missing here says nothing. */
import type { CommandRow } from "../types.ts";
import { checksums } from "./checksums.ts";
import { clouds } from "./clouds.ts";
import { deployments } from "./deployments.ts";
import { host } from "./host.ts";
import { images } from "./images.ts";
import { projects } from "./projects.ts";
import { publishing } from "./publishing.ts";

export const commandRows: readonly CommandRow[] = [
  ...publishing,
  ...images,
  ...clouds,
  ...deployments,
  ...host,
  ...checksums,
  ...projects,
];

const byProgram = new Map<string, CommandRow[]>();
for (const one of commandRows) {
  const rows = byProgram.get(one.program);
  if (rows === undefined) byProgram.set(one.program, [one]);
  else rows.push(one);
}

/** Those of a program, the most particular first. */
export const rowsOf = (program: string): readonly CommandRow[] => byProgram.get(program) ?? [];
