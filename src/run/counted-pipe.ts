/**
 * A named pipe that gives a value out a counted number of times. Each reader gets a pipe of its own: before its end is closed a fresh
 * one has taken the name, so that two readers one after the other never share one.
 */
import { execFileSync } from "node:child_process";
import { constants, openSync, renameSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import type { Secret } from "../core/secret.ts";

/** How often it is looked whether somebody opened the pipe: nothing in Node tells, without a thread that could hang. */
const LOOK_MS = 15;

export class CountedPipe {
  readonly path: string;
  reads = 0;
  readonly #value: Secret;
  readonly #most: number;
  #timer: NodeJS.Timeout | null = null;
  readonly #open = new Set<Socket>();

  constructor(path: string, value: Secret, most: number) {
    this.path = path;
    this.#value = value;
    this.#most = most;
    make(path);
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  #look(): void {
    let descriptor: number;
    try {
      descriptor = openSync(this.path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      return; // nobody reads, or somebody removed it
    }
    this.reads++;
    if (this.reads >= this.#most) this.#end();
    else {
      make(`${this.path}.next`);
      renameSync(`${this.path}.next`, this.path);
    }
    const bytes = Buffer.from(this.#value.reveal());
    const socket = new Socket({ fd: descriptor, readable: false, writable: true });
    this.#open.add(socket);
    socket.on("error", () => undefined); // it did not want all of it
    socket.once("close", () => {
      bytes.fill(0);
      this.#open.delete(socket);
    });
    socket.end(bytes);
    socket.unref();
  }

  #end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    rmSync(this.path, { force: true });
  }

  close(): void {
    this.#end();
    for (const socket of this.#open) socket.destroy();
  }
}

const make = (path: string): void => {
  execFileSync("mkfifo", ["-m", "600", path], { stdio: "ignore", env: { PATH: "/usr/bin:/bin" } });
};
