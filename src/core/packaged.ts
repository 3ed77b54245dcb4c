/** Files that the build makes: beside the program, or inside it where it is a single executable. */
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";

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

/** The first argument by which a single executable becomes one of the programs that its build put into it. */
export const HELPER = "@helper";

/** What starts a program of the build at `path`, to be followed by its arguments: Node has the file, a single executable has it inside. */
export const programWords = (path: string): readonly string[] =>
  sea.isSea() ? [process.execPath, HELPER, basename(path)] : [process.execPath, path];
