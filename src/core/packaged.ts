/** Files that the build makes: beside the program, or inside it where it is a single executable. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

interface SingleExecutable {
  isSea(): boolean;
  getRawAsset(name: string): ArrayBuffer;
}

const sea = process.getBuiltinModule("node:sea") as SingleExecutable;

/** Whether this program is one file. */
export const isSingleExecutable = (): boolean => sea.isSea();

/** Bytes that nobody may change. */
export function packagedFile(folder: string, name: string): Buffer {
  return sea.isSea() ? Buffer.from(sea.getRawAsset(name)) : readFileSync(join(folder, name));
}
