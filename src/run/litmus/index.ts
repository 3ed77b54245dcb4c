/**
 * The litmus test: one probe, started once as any program here is and once as the job of a run (the same session, environment and
 * sandbox; placeholders for the stage's secrets, so that no store is needed). What is said of a run was seen in it, not computed.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { BulkheadError } from "../../core/errors.ts";
import { programWords } from "../../core/packaged.ts";
import { Secret } from "../../core/secret.ts";
import type { IsolationLevel } from "../isolate.ts";
import { type Given, type IssuedSecret, type RunOptions, runStage } from "../session.ts";
import { probeFile } from "./probe-file.ts";
import { type Item, type Look, type Plan, type ProbeLine, groups } from "./types.ts";

export { type PlanOptions, planLitmus } from "./plan.ts";
export { type Group, type Item, type Look, type Plan, groups } from "./types.ts";

/** How long the probe may take. */
const PROBE_MS = 60_000;
const MOST_OUTPUT = 8 * 1024 * 1024;

export interface Seen extends Look {
  readonly isolation: IsolationLevel;
}

/** A variable of the stage and how it is given. */
export interface Placeholder extends Given {
  readonly variable: string;
}

export type ProbeRun = Omit<
  RunOptions,
  "command" | "stdout" | "stderr" | "stdin" | "leaks" | "receiptPath" | "commit"
> & {
  readonly given: readonly Placeholder[];
  /** `set:` of the stage. */
  readonly plain: Readonly<Record<string, string>>;
};

/** As a program that is started here sees it. Throws `litmus.no-answer`. */
export async function lookToday(
  plan: Plan,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string | undefined>> },
): Promise<Look> {
  return await withPlan(plan, async (file) => {
    const [program = "", ...words] = programWords(probeFile);
    const child = spawn(program, [...words, file], {
      cwd,
      env: { ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: PROBE_MS,
    });
    const [out, err] = [collector(), collector()];
    child.stdout.pipe(out.stream);
    child.stderr.pipe(err.stream);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    });
    return parse(out.text(), "started here", code, err.text());
  });
}

/** As the job of a run sees it. Throws what keeps a run from starting, and `litmus.no-answer`. */
/** A look asks for nothing, so nothing is left to end or to sign. */
const NOTHING_ISSUED = { revocations: [], sign: null, drop: () => Promise.resolve([]) };

export async function lookUnderRun(plan: Plan, { given, plain, ...options }: ProbeRun): Promise<Seen> {
  return await withPlan({ ...plan, leaveOut: null }, async (file) => {
    const [out, err] = [collector(), collector()];
    const secrets = given.map(placeholder);
    const begin = () => ({ runId: "litmus", plain, secrets, expires: Date.now() + PROBE_MS });
    const { exit, isolation } = await runStage(
      {
        ...options,
        command: [...programWords(probeFile), file],
        ...{ stdout: out.stream, stderr: err.stream, stdin: "ignore", leaks: "off" },
        ...{ receiptPath: null, commit: null },
      },
      { begin: () => Promise.resolve(begin()), end: () => Promise.resolve(NOTHING_ISSUED) },
    );
    return { ...parse(out.text(), "as a job", exit, err.text()), isolation };
  });
}

/** What the job gets in place of the secret; a file is never put where the declaration wants one, since one may be there. */
function placeholder({ place: _, ...one }: Placeholder): IssuedSecret {
  const { variable } = one;
  const value = Secret.copy(randomBytes(24).toString("base64url"));
  return { ...one, variable, secretName: variable, field: "value", version: null, value };
}

async function withPlan<T>(plan: Plan, use: (file: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-litmus-"));
  try {
    const file = join(folder, "plan.json");
    writeFileSync(file, JSON.stringify(plan), { mode: 0o600 });
    return await use(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function collector(): { readonly stream: Writable; text(): string } {
  const pieces: Buffer[] = [];
  let size = 0;
  const stream = new Writable({
    write(piece: Buffer, _, done) {
      size += piece.length;
      if (size <= MOST_OUTPUT) pieces.push(Buffer.from(piece));
      done();
    },
  });
  return { stream, text: () => Buffer.concat(pieces).toString("utf8") };
}

function parse(text: string, where: string, code: number | null, errors: string): Look {
  const lines = text.split("\n").flatMap((line): ProbeLine[] => {
    try {
      return line.startsWith("{") ? [JSON.parse(line) as ProbeLine] : [];
    } catch {
      return []; // a hook's, printed before the first line
    }
  });
  if (!lines.some((line) => "end" in line)) {
    const [first = ""] = errors.split("\n").filter((line) => line.includes("Error"));
    const reason = `it ended with ${code ?? "a signal"}${first === "" ? "" : `: ${first.slice(0, 200)}`}`;
    throw new BulkheadError("litmus.no-answer", { where, reason });
  }
  const said = lines.flatMap((line) => ("item" in line ? [line] : []));
  const order = Object.keys(groups);
  const sorted = (own: boolean): Item[] =>
    said
      .filter((line) => line.own === own)
      .map(({ item }) => item)
      .sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group) || (a.name < b.name ? -1 : 1));
  const notes = lines.flatMap((line) => ("note" in line ? [line.note] : []));
  return { items: sorted(false), own: sorted(true), notes };
}
