// A CI runner: a Node process that holds a key of its own in memory, and starts the pipeline's command with its environment.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

globalThis.held = readFileSync(0, "utf8"); // from its own start, never in its environment
const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ["ignore", "inherit", "inherit"] });
child.once("error", () => process.exit(127));
child.once("exit", (code, signal) => process.exit(signal === null ? code : 128));
