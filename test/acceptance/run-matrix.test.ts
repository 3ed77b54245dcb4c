/**
 * Exit codes and signals of `bulkhead run` are those of the bare command: in a plain pipe, on a terminal (`script`, tmux), as cron starts
 * programs, and as process 1 of a container; in the sandbox and without one; as root and as somebody else. The table is made from
 * what `observe.py` saw; every row of the wrapped command is compared with the bare one's. In short the plain pipe in the sandbox has the
 * most rows, and each further place those that its way of starting could change; `test:long` asks more of each.
 */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { BIN, SMALL, type Sandbox, sandbox } from "../cli/support.ts";
import { fake } from "../support/fake.ts";
import { long } from "../support/scale.ts";

const PYTHON = "/usr/bin/python3";
const observer = join(import.meta.dirname, "..", "support", "observe.py");
const root = process.getuid?.() === 0;
const OTHER = 12345;

interface Row {
  readonly name: string;
  readonly command: readonly string[];
  readonly send?: readonly string[];
  readonly stop?: true;
  /** Asked in every place (`all`), or in the plain pipe and on a terminal (`terminal`); else in the plain pipe alone. */
  readonly where?: "all" | "terminal";
}

interface Seen {
  readonly end: number;
  readonly stopped: boolean;
}

const sh = (script: string): string[] => ["/bin/sh", "-c", script];
const HANDLER = [
  "import signal, sys, time",
  "def end(number, _): sys.exit(40 + number)",
  "signal.signal(getattr(signal, sys.argv[1]), end)",
  "open('started', 'w').close()",
  "time.sleep(20)",
].join("\n");
const DAEMON =
  "import os, time\nif os.fork(): os._exit(4)\nos.setsid()\nif os.fork(): os._exit(0)\ntime.sleep(1)";

const CODES = long ? [0, 1, 2, 3, 77, 125, 126, 127, 128, 129, 130, 137, 143, 254, 255] : [0, 125, 255];
const codes: Row[] = CODES.map((code) => ({
  name: `exit ${code}`,
  command: sh(`exit ${code}`),
  ...(code === 255 && { where: "all" }),
}));
const OWN = ["TERM", "KILL", "SEGV", "PIPE", ...(long ? ["ABRT", "INT", "HUP", "QUIT", "XCPU"] : [])];
const own: Row[] = OWN.map((name) => ({
  name: `ends itself by ${name}`,
  command: [
    PYTHON,
    "-c",
    `import os, signal; signal.signal(signal.SIG${name}, signal.SIG_DFL) if "${name}" != "KILL" else 0; os.kill(os.getpid(), signal.SIG${name})`,
  ],
  ...(name === "KILL" && { where: "all" }),
  ...(name === "SEGV" && { where: "terminal" }),
}));
const RARE = ["ALRM", "XCPU", "QUIT", "USR2", "VTALRM", "IO", "PWR"];
const ENDING = ["INT", "TERM", "HUP", "USR1", ...(long ? RARE : [])];
const HARMLESS = ["WINCH", ...(long ? ["CONT", "URG"] : [])];
const sent: Row[] = ENDING.map((name) => ({
  name: `is sent ${name}`,
  command: sh("touch started; exec sleep 20"),
  send: [`SIG${name}`],
  ...(name === "TERM" && { where: "all" }),
  ...(name === "HUP" && { where: "terminal" }),
}));
const handled: Row[] = [...ENDING, ...HARMLESS].map((name) => ({
  name: `handles ${name}`,
  command: [PYTHON, "-c", HANDLER, `SIG${name}`],
  send: [`SIG${name}`],
  ...(name === "INT" && { where: "all" }),
  ...(name === "USR1" && { where: "terminal" }),
}));
const rows: readonly Row[] = [
  ...codes,
  ...own,
  ...sent,
  ...handled,
  { name: "program not found", command: ["no-such-program"] },
  { name: "leaves a child behind", command: sh("sleep 1 >/dev/null 2>&1 & exit 5"), where: "terminal" },
  { name: "forks a daemon", command: [PYTHON, "-c", DAEMON], where: "terminal" },
  { name: "closes its output", command: sh("exec >&- 2>&-; exit 6"), where: "terminal" },
  { name: "a reader goes away", command: sh("yes | head -n 1 >/dev/null; exit 8") },
  { name: "is stopped and resumed", command: sh("touch started; sleep 0.5; exit 9"), stop: true },
].map((row) => row as Row);

/** Which rows a cell of the matrix asks. */
function rowsFor(where: Where, isolated: boolean, user: number | null): readonly Row[] {
  if (where === "pipe" && user === null && (isolated || long)) return rows;
  if (long) return rows.filter((row) => row.where !== undefined);
  const wide = user === null && (where === "pipe" || (where === "script" && isolated));
  return rows.filter((row) => row.where === "all" || (wide && row.where === "terminal"));
}

/** One for each user: no row changes what the next one finds. */
function prepare(box: Sandbox, user: number | null): void {
  box.write("bulkhead.yaml", SMALL);
  assert.equal(box.bulkhead(["apply"]).code, 0);
  assert.equal(box.bulkhead(["secret", "put", "openai"], { input: fake("sk-proj-", 40) }).code, 0);
  if (user !== null) execFileSync("chown", ["-R", `${user}:${user}`, box.root]);
}

const CONTEXTS = ["pipe", "script", "tmux", "cron", "process 1"] as const;
type Where = (typeof CONTEXTS)[number];
const has = (program: string): boolean => spawnSync("which", [program]).status === 0;
const missing: Readonly<Record<Where, () => string | false>> = {
  pipe: () => false,
  script: () => (has("script") ? false : "no script here"),
  tmux: () => (has("tmux") ? false : "no tmux here"),
  cron: () => (has("setsid") ? false : "no setsid here"),
  "process 1": () => (root ? false : "only root makes a namespace of processes"),
};
const quoted = (words: readonly string[]): string =>
  words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");

/** Starts the observer where the context says. */
const start: Readonly<Record<Where, (box: Sandbox, words: readonly string[]) => readonly string[]>> = {
  pipe: (_, words) => words,
  script: (_, words) => ["script", "-qefc", quoted(words), "/dev/null"],
  tmux: (box, words) => {
    const socket = join(box.root, "tmux");
    const line = `${quoted(words)} 2>'${box.root}/tmux.err'; tmux -S '${socket}' wait-for -S done`;
    return sh(
      `tmux -S '${socket}' -f /dev/null new-session -d -x 80 -y 24 ${quoted([line])} && tmux -S '${socket}' wait-for done`,
    );
  },
  cron: (_, words) => ["setsid", "-w", ...sh(`exec ${quoted(words)} <&-`)],
  "process 1": (_, words) => words,
};

interface Cell {
  readonly where: Where;
  /** Words in front of each command; none for the bare one. */
  readonly prefix: readonly string[];
  readonly user: number | null;
  readonly rows: readonly Row[];
}

function observe(box: Sandbox, { where, prefix, user, rows: asked }: Cell): Record<string, Seen> {
  const terminal = where === "script" || where === "tmux";
  const cases = join(box.root, "cases.json");
  const seen = join(box.root, "seen.json");
  execFileSync("rm", ["-f", seen]);
  writeFileSync(cases, JSON.stringify(asked.map((row) => ({ ...row, folder: box.project, terminal }))), {
    mode: 0o644,
  });
  const first = where === "process 1" ? ["unshare", "-p", "-f", "--mount-proc"] : [];
  const words = start[where](box, [PYTHON, observer, cases, seen, ...first, ...prefix]);
  const ids = user === null ? {} : { uid: user, gid: user };
  const env = { ...box.env, PATH: `${box.env.PATH}:/usr/sbin:/sbin`, SHELL: "/bin/sh", TERM: "xterm" };
  const [program = "", ...rest] = words;
  const done = spawnSync(program, rest, {
    ...ids,
    cwd: box.project,
    env,
    timeout: 240_000,
    encoding: "utf8",
  });
  assert.ok(existsSync(seen), `${where}: ${done.stdout}${done.stderr}`);
  return JSON.parse(readFileSync(seen, "utf8")) as Record<string, Seen>;
}

/** As a shell shows it: code, or 128 and the signal. */
const shown = (end: number): number => (end < 0 ? 128 - end : end);

/** The signal itself is passed on where Bulkhead can know it; never this one, which Node ignores from its start. */
const PIPE = constants.signals.SIGPIPE;

const LEVELS = [
  { level: "isolated", flags: [] },
  { level: "--isolation=0", flags: ["--isolation=0"] },
];

describe("the bare command's end", () => {
  const boxes = new Map([null, OTHER].map((user) => [user, sandbox({ after })]));
  const prepared = new Set<Sandbox>();
  const bares = new Map<string, Record<string, Seen>>();
  const boxOf = (user: number | null): Sandbox => {
    const box = boxes.get(user);
    assert.ok(box !== undefined);
    if (!prepared.has(box)) prepare(box, user);
    prepared.add(box);
    return box;
  };
  /** Process 1 of a namespace is deaf to most signals, so its bare command is asked as an ordinary process. */
  const bareOf = (place: Where, user: number | null): Record<string, Seen> => {
    const where = place === "process 1" ? "pipe" : place;
    const asked = rowsFor(where, true, user); // at no level are there more
    const key = `${where} ${user}`;
    const bare = bares.get(key) ?? observe(boxOf(user), { where, prefix: [], user, rows: asked });
    bares.set(key, bare);
    return bare;
  };

  for (const { level, flags } of LEVELS)
    for (const where of CONTEXTS)
      for (const user of where === "pipe" ? [null, OTHER] : [null]) {
        const who = user === null ? "" : ", as another user";
        const noUser = user !== null && !root ? "only root can become another user" : false;
        test(`${where}, ${level}${who}`, { skip: missing[where]() || noUser }, (t) => {
          const isolated = level === "isolated";
          const asked = rowsFor(where, isolated, user);
          const bare = bareOf(where, user);
          const prefix = [BIN, "run", "train", ...flags, "--"];
          const wrapped = observe(boxOf(user), { where, prefix, user, rows: asked });
          const terminal = where === "tmux" || where === "script";
          const known = where !== "process 1" && (!isolated || terminal);
          const table = asked.map(({ name }) => {
            const [a, b] = [bare[name], wrapped[name]];
            assert.ok(a && b);
            const exact = known && a.end !== -PIPE ? a.end === b.end : true;
            const same = shown(a.end) === shown(b.end) && exact && a.stopped === b.stopped;
            return { name, bare: a.end, run: b.end, same };
          });
          for (const { name, bare: a, run, same } of table)
            t.diagnostic(`${same ? " " : "!"} ${name.padEnd(26)} ${a} ${run}`);
          const wrong = table.filter(({ same }) => !same);
          assert.deepEqual(wrong, []);
        });
      }
});
