/** The masker as a process: `node filter.ts exact|breaks|copy VALUES` (JSON). `copy` is the loop alone: no value. */
import { readFileSync } from "node:fs";
import { filter } from "../../src/cli/mask/filter.ts";
import { compileMasks } from "../../src/mask/index.ts";

const [mode = "", path = ""] = process.argv.slice(2);
const values = (JSON.parse(readFileSync(path, "utf8")) as string[]).map((value) => Buffer.from(value));
const masks = compileMasks({ values: mode === "copy" ? [] : values, breaks: mode === "breaks" });
filter({ masks, maskers: [masks.masker()], direct: true });
