/**
 * How a level is stated on macOS, with programs in place of `sandbox-exec`: one that does nothing, one that hides what the profile names by
 * Linux' means, one that is not there. The profile itself was not tried on macOS.
 */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import test, { type TestContext } from "node:test";
import { compileMasks } from "../mask/index.ts";
import { noSandbox, users } from "./fixtures/drive.ts";
import { type IsolationLevel, planSandbox } from "./isolate.ts";
import { SignalDesk } from "./signals.ts";
import { runJob } from "./spawn.ts";

interface Stage {
  readonly folder: string;
  readonly hidden: string;
  /** Runs `cat` of the hidden file with this in place of `sandbox-exec`. */
  job(program: string): Promise<{ isolation: IsolationLevel; said: string; exit: number }>;
  program(text: string): string;
}

function stage(t: TestContext): Stage {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "bulkhead-seatbelt-")));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const [hidden, home] = [join(folder, "hidden"), join(folder, "home")];
  for (const path of [hidden, home]) mkdirSync(path);
  writeFileSync(join(hidden, "key"), "the key\n");
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  return {
    folder,
    hidden,
    program: (text) => {
      const path = join(folder, "sandbox-exec");
      writeFileSync(path, text, { mode: 0o755 });
      return path;
    },
    job: async (program) => {
      const plan = planSandbox({ hide: [hidden], home, cwd: home, env: {}, uid, gid, platform: "darwin" });
      assert.ok("seatbelt" in plan && plan.seatbelt.some(({ path }) => path === hidden));
      const only = plan.seatbelt.filter(({ path }) => path === hidden); // the stand-in cannot hide a whole machine's
      let said = "";
      const stdout = new Writable({
        write: (chunk: Buffer, _, done) => {
          said += chunk.toString("utf8");
          done();
        },
      });
      using signals = new SignalDesk();
      const { exit, isolation } = await runJob({
        ...{ command: ["cat", join(hidden, "key")], env: { PATH: "/usr/bin:/bin" }, cwd: home, signals },
        ...{ sandbox: { seatbelt: only, program }, masks: compileMasks({ values: [] }), stdin: "ignore" },
        ...{ stdout, stderr: new Writable({ write: (_chunk, _, done) => done() }) },
      });
      return { isolation, said, exit };
    },
  };
}

const skip = process.platform === "linux" && existsSync("/proc/self/environ") ? false : "needs Linux' /proc";

test("a sandbox that does nothing is level 0, and the job runs all the same", { skip }, async (t) => {
  const { job, program } = stage(t);
  const { isolation, said, exit } = await job(program('#!/bin/sh\nshift 3\nexec "$@"\n'));
  assert.deepEqual([isolation.level, said, exit], [0, "the key\n", 0]);
  assert.match(isolation.missing[0] ?? "", /environment of processes outside can be read/);
});

test("a machine without it is level 0", { skip }, async (t) => {
  const { job, folder } = stage(t);
  const { isolation, said } = await job(join(folder, "absent"));
  assert.deepEqual([isolation.level, said], [0, "the key\n"]);
});

const [caller] = users;
test("one that hides places and processes is level 2, and its job is started by the same words", {
  skip: skip || (caller === undefined ? "no user" : noSandbox(caller)),
}, async (t) => {
  const { job, program } = stage(t);
  const hiding = [
    "#!/bin/sh",
    "profile=$2; shift 3",
    String.raw`places=$(printf '%s' "$profile" | sed -n 's/^  (subpath "\(.*\)")$/\1/p')`,
    'export places; exec unshare --user --map-root-user --mount --pid --fork --mount-proc /bin/sh -c \'for one in $places; do mount -t tmpfs -o mode=0 none "$one"; done; exec unshare --user "$@"\' sh "$@"',
  ].join("\n");
  const { isolation, said, exit } = await job(program(`${hiding}\n`));
  assert.equal(said, "");
  assert.notEqual(exit, 0);
  assert.equal(isolation.level, 2, isolation.missing.join("; "));
  assert.ok(
    isolation.missing.some((one) => one.includes("never tried")),
    "what was not shown is said",
  );
  const processes = hiding.replace("mount -t tmpfs -o mode=0 none", "true");
  assert.equal((await job(program(`${processes}\n`))).isolation.level, 1, "files are probed by themselves");
});
