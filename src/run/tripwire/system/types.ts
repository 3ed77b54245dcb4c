/** Package managers that write down which files they installed, and with which content. */
import type { HookOwner } from "../types.ts";

export interface Installed extends HookOwner {
  /** Whether the file is as the package brought it; null where the package keeps no checksum of it. */
  readonly intact: boolean | null;
}

export interface PackageSystem {
  readonly id: string;
  /**
   * Its packages come with the operating system, installed by root: what is as they brought it needs no word. Packages of the others are
   * anybody's, and only name who brought a file.
   */
  readonly trusted: boolean;
  /** Null when no package of its own has the file. `root` is where the system's tree begins (`/`). */
  owner(file: FilePaths, root: string): Promise<Installed | null>;
}

/** One file by all its names: with the old and the new place of `/lib`, `/bin` and `/sbin`. */
export interface FilePaths {
  /** Absolute, below the root. */
  readonly names: readonly string[];
  readonly bytes: Buffer;
}
