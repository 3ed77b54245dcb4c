/** What the set-up of one sandbox needs as files: a canary that the probe must not find, and the decoys. Gone before the job begins. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Decoy } from "./decoys.ts";
import type { HiddenPlace } from "./hidden.ts";
import type { Canary } from "./sandbox.ts";

export class SetupFiles {
  readonly #folder: string | null;
  #count = 0;
  /** Null where no file is hidden. */
  readonly canary: Canary | null;
  /** The folder itself, to be hidden after all others: theirs come out of it. */
  readonly hidden: readonly HiddenPlace[];

  constructor(wanted: boolean) {
    this.#folder = wanted ? realpathSync(mkdtempSync(join(tmpdir(), "bulkhead-sandbox-"))) : null;
    if (this.#folder === null) {
      this.canary = null;
      this.hidden = [];
      return;
    }
    const value = randomBytes(24).toString("hex");
    this.canary = { path: join(this.#folder, "key"), value };
    writeFileSync(this.canary.path, value, { mode: 0o600 });
    const { dev, ino } = statSync(this.#folder, { bigint: true });
    this.hidden = [
      { path: this.#folder, kind: "folder", identity: `${dev}:${ino}`, why: "the sandbox's own set-up" },
    ];
  }

  /** The file outside that holds a decoy's text. */
  fileOf({ text }: Decoy): string {
    const path = join(this.#folder ?? "", String(this.#count++));
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  remove(): void {
    if (this.#folder !== null) rmSync(this.#folder, { recursive: true, force: true });
  }
}
