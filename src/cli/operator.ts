/** What the operator commands share: shares are asked for or piped in, never arguments, and what comes out goes to a private file. */
import { closeSync, openSync, writeSync } from "node:fs";
import type { Answer, ApiClient } from "../client/index.ts";
import { BulkheadError } from "../core/errors.ts";
import { type Json, parseJson } from "../core/json-bytes.ts";
import type { Context } from "./context.ts";

export type Facts = Readonly<Record<string, Json>>;

/** The whole answer, for paths without Vault's envelope. */
export const factsOf = ({ body }: Answer): Facts =>
  Object.fromEntries([...body].map(([name, raw]) => [name, parseJson(raw)]));

/** A client without a token. Throws `cli.server-only`. */
export async function serverClient(context: Context, command: string): Promise<ApiClient> {
  if (context.address === null) throw new BulkheadError("cli.server-only", { command });
  return await context.anonymous(context.address);
}

/** One share after the other: lines of standard input, or answers to a hidden prompt until the caller has enough. */
export async function* shares(context: Context, question: string): AsyncGenerator<string> {
  const input = await context.input();
  if (process.stdin.isTTY !== true) {
    const piped = input.piped();
    const lines = piped.revealText().split(/\s+/);
    piped.wipe();
    yield* lines.filter((line) => line !== "");
    return;
  }
  for (;;) {
    const share = await input.hidden(question);
    const text = share.revealText().trim();
    share.wipe();
    if (text === "") throw new BulkheadError("cli.cancelled");
    yield text;
  }
}

/** Hands shares in until `done`. Throws `cli.no-value` when they end before. */
export async function handIn(
  context: Context,
  question: string,
  give: (share: string) => Promise<Facts>,
  done: (facts: Facts) => boolean,
): Promise<{ readonly facts: Facts; readonly complete: boolean }> {
  let facts: Facts | null = null;
  for await (const share of shares(context, question)) {
    facts = await give(share);
    if (done(facts)) return { facts, complete: true };
    context.out.note(`${String(facts.progress)} of ${String(facts.required ?? facts.t)} shares`);
  }
  if (facts === null) throw new BulkheadError("cli.no-value", { what: question.toLowerCase() });
  return { facts, complete: false };
}

/** To a new file of mode 0600, or to standard output. */
export function deliver(
  context: Context,
  { file, json, text }: { file?: string | undefined; json: unknown; text: string },
): void {
  if (file === undefined) {
    if (text === "") context.out.json(json);
    else context.out.print(text);
    return;
  }
  writePrivate(file, `${JSON.stringify(json, null, 2)}\n`);
  context.out.note(`written to ${file} (0600)`);
}

/** Never over a file that is there. Throws `io.failed`. */
export function writePrivate(path: string, text: string): void {
  try {
    const file = openSync(path, "wx", 0o600);
    try {
      writeSync(file, text);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? "failed";
    throw new BulkheadError("io.failed", { action: "write", path, reason }, { cause });
  }
}

export const outputFlag = {
  output: {
    kind: "text",
    short: "o",
    placeholder: "file",
    brief: "write it to a new file (0600), not to the terminal",
  },
} as const;
export const countFlags = {
  shares: { kind: "number", placeholder: "count", brief: "shares to make, 1 to 255" },
  threshold: { kind: "number", placeholder: "count", brief: "shares that are asked for" },
} as const;

export const shareLines = (keys: readonly string[], what: string): string =>
  keys.map((key, index) => `${what} ${index + 1}: ${key}`).join("\n");
