/** How long a line takes through a filter that gets it by itself, as from a person at a prompt. */
import { spawn } from "node:child_process";
import { once } from "node:events";

const WARM_UP = 200;
const LINES = 2000;

export interface Latency {
  /** Microseconds. */
  readonly median: number;
  readonly p99: number;
}

/** `command`: words of a shell. */
export async function latency(command: string): Promise<Latency> {
  const child = spawn("sh", ["-c", `exec ${command}`], { stdio: ["pipe", "pipe", "inherit"] });
  const took: number[] = [];
  for (let index = 0; index < WARM_UP + LINES; index++) {
    const answer = once(child.stdout, "data");
    const begin = process.hrtime.bigint();
    child.stdin.write(`step ${index} loss 0.42 lr 3e-4\n`);
    await answer;
    if (index >= WARM_UP) took.push(Number(process.hrtime.bigint() - begin) / 1000);
  }
  child.stdin.end();
  await once(child, "close");
  took.sort((a, b) => a - b);
  const at = (share: number): number => took[Math.floor(share * took.length)] ?? NaN;
  return { median: at(0.5), p99: at(0.99) };
}
