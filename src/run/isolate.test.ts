import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { type Ended, PYTHON, Scratch, noSandbox, users } from "./fixtures/drive.ts";
import { hiddenPlaces } from "./hidden.ts";
import { type IsolationLevel, OPEN_NETWORK, levelOf } from "./isolate.ts";
import { startTimeOf } from "./start-time.ts";
import { CANARY_VARIABLE, probeScript } from "./sandbox.ts";
import { findTools } from "./tools.ts";
import { sandboxArguments } from "./ways.ts";

const tools = findTools();
assert.ok(typeof tools !== "string", "util-linux is here");
const setup = { tools, uid: 12345, gid: 12345, startTime: "1", canary: null, network: null };

const hostile = readFileSync(join(import.meta.dirname, "fixtures", "hostile.py"), "utf8");

function levelIn({ notes }: Ended): IsolationLevel {
  const level = notes.find(([event]) => event === "level")?.[1];
  assert.ok(level !== undefined, "a level was stated");
  return level as IsolationLevel;
}

for (const user of users) {
  const skip = noSandbox(user);

  test(`a hostile job finds nothing of Bulkhead's, as ${user.name}`, { skip }, async () => {
    using scratch = new Scratch(user);
    const own = scratch.folder("bulkhead-data");
    const [key, login, token, neighbour] = [
      fake("bhk-", 30),
      fake("hvs.", 24),
      fake("hvs.", 24),
      fake("vt-", 30),
    ];
    scratch.file("bulkhead-data/seal.key", key);
    const loginFile = scratch.file("login-token", login);
    const vaultToken = scratch.file("home/.vault-token", neighbour);
    const places = [own, loginFile, vaultToken];
    const script = scratch.file("hostile.py", hostile, 0o644);
    using aside = new Scratch(user); // the needles lie outside every folder that the attack searches
    const want = join(aside.path, "want.json");
    const attack = async (isolate: boolean): Promise<{ found: Record<string, unknown>; ended: Ended }> => {
      const { child, ended } = scratch.start(
        {
          command: ["/bin/sh", "-c", `sleep 0.3; exec ${PYTHON} ${script} ${want}`],
          hide: [own, loginFile],
          isolate,
        },
        { BULKHEAD_TOKEN: token, AWS_SECRET_ACCESS_KEY: key },
      );
      const needles = [key, login, token, neighbour];
      aside.file("want.json", JSON.stringify({ needles, places, pid: child.pid, scratch: scratch.path }));
      const result = await ended;
      assert.equal(result.code, 0, result.stderr);
      return { found: JSON.parse(result.stdout.toString()) as Record<string, unknown>, ended: result };
    };

    const outside = await attack(false);
    for (const way of ["proc environ", "parent memory", "files", "proc root", "bind"]) {
      assert.ok(way in outside.found, `the control finds something by ${way}`);
    }
    assert.equal("environ" in outside.found, false, "the environment is scrubbed at every level");
    assert.equal(levelIn(outside.ended).level, 0);

    const inside = await attack(true);
    const { uid, pids, ...found } = inside.found;
    assert.deepEqual(found, {});
    assert.equal(uid, user.uid ?? process.getuid?.(), "the job keeps its user");
    assert.ok((pids as number) < 8, "only its own processes are visible");
    assert.deepEqual(
      { level: levelIn(inside.ended).level, missing: levelIn(inside.ended).missing },
      { level: 2, missing: [OPEN_NETWORK] },
    );
    for (const place of places) assert.ok(levelIn(inside.ended).proven.includes(`${place} is hidden`), place);
    assert.equal(readFileSync(join(own, "seal.key"), "utf8"), key, "nothing outside was touched");
  });

  test(`the job's environment is nobody else's, as ${user.name}`, { skip }, async () => {
    using scratch = new Scratch(user);
    const secret = fake("sk-", 40);
    const { child, ended } = scratch.start({
      command: [
        "/bin/sh",
        "-c",
        "touch started; while [ ! -e seen ]; do sleep 0.05; done; cat /proc/1/environ /proc/1/cmdline; true",
      ],
      secrets: { OPENAI_API_KEY: secret },
    });
    await started(scratch, child);
    const holders = descendants(child.pid ?? 0).filter((pid) => {
      assert.equal(factOf(pid, "cmdline").includes(secret), false, "never in argv");
      return factOf(pid, "environ").includes(secret);
    });
    const names = holders
      .map((pid) => factOf(pid, "cmdline").split("\0").slice(0, 3).join(" "))
      .filter((name) => name !== "");
    scratch.file("seen", "");
    const { stdout, code } = await ended;
    assert.equal(code, 0);
    assert.equal(stdout.includes("***"), false);
    assert.equal(stdout.includes(secret), false);
    assert.ok(holders.length >= 1, "the search finds the job itself");
    for (const name of names) assert.match(name, /^(\/bin\/sh -c touch started|sleep)/);
  });

  for (const isolate of [true, false]) {
    const how = isolate ? "in the sandbox" : "without one";
    test(`kill -9 of Bulkhead ends the job, ${how}, as ${user.name}`, {
      skip: isolate ? skip : user.skip,
    }, async () => {
      using scratch = new Scratch(user);
      const { child, ended } = scratch.start({
        command: [
          "/bin/sh",
          "-c",
          "sleep 600 & trap '' TERM HUP INT; touch started; while :; do sleep 0.1; done",
        ],
        isolate,
      });
      await started(scratch, child);
      const processes = descendants(child.pid ?? 0);
      assert.ok(processes.length >= 3);
      child.kill("SIGKILL");
      assert.equal((await ended).signal, "SIGKILL");
      await gone(processes);
    });
  }

  test(`a job that kills its watcher still dies with Bulkhead, as ${user.name}`, { skip }, async () => {
    using scratch = new Scratch(user);
    // The job proves that it is in a namespace of its own, and then names the one process that it ends: never `kill -1`.
    const job = [
      `[ "$(readlink /proc/self/ns/pid)" != '${readlinkSync("/proc/self/ns/pid")}' ] || exit 99`,
      "watcher=$(ps -o pid= --ppid 1 | tr -d ' ' | grep -vx $$ | head -n 1)",
      'tr "\\0" " " < /proc/$watcher/cmdline | grep -q bulkhead-init || exit 98',
      "kill -9 $watcher; touch started; while :; do sleep 0.1; done",
    ].join("\n");
    const { child, ended } = scratch.start({ command: ["/bin/sh", "-c", job], requireLevel: 2 });
    await started(scratch, child);
    const processes = descendants(child.pid ?? 0);
    child.kill("SIGKILL");
    await ended;
    await gone(processes);
  });
}

test("the init refuses to go on where it is not process 1", { skip: process.platform !== "linux" }, () => {
  const argv = sandboxArguments({ ...setup, way: "unshare", hidden: [], fileOf: () => "", loopback: null });
  const script = argv[argv.indexOf("-c") + 1] ?? "";
  // Only the guard itself is run: were it missing, the rest would end every process of this machine.
  const [guard = ""] = script.split("\n");
  assert.equal(guard, '[ "$$" = 1 ] || exit 125');
  assert.equal(spawnSync("/bin/sh", ["-c", `${guard}\nexit 0`]).status, 125);
});

test("a required level that is not reached keeps the job from starting, and the run is closed", async () => {
  using scratch = new Scratch(users[0] as (typeof users)[number]);
  const { code, notes } = await scratch.run({ command: ["touch", "ran"], isolate: false, requireLevel: 2 });
  assert.equal(code, 125);
  assert.deepEqual(
    notes.map(([event]) => event),
    ["begin", "end", "error"],
  );
  assert.equal(existsSync(join(scratch.path, "ran")), false);
});

test("a job never starts inside a folder it must not see", async () => {
  using scratch = new Scratch(users[0] as (typeof users)[number]);
  const { code, notes } = await scratch.run({ command: ["true"], hide: [scratch.path] });
  assert.equal(code, 125);
  assert.deepEqual(notes, [["error", "run.workspace-hidden"]], "before anything was issued");
});

test("hidden places: real paths, absent ones left out, inner ones once", () => {
  using scratch = new Scratch(users[0] as (typeof users)[number]);
  const own = scratch.folder("own");
  scratch.file("own/key", "k");
  execFileSync("ln", ["-s", own, join(scratch.path, "link")]);
  const found = hiddenPlaces({
    hide: [join(scratch.path, "link"), join(own, "key"), join(scratch.path, "absent"), join(own, "key", "x")],
    home: join(scratch.path, "home"),
    uid: 12345,
    cwd: "/",
  }).places.filter(({ path }) => path.startsWith(scratch.path));
  assert.deepEqual(
    found.map(({ path, kind }) => ({ path, kind })),
    [{ path: own, kind: "folder" }],
  );
});

test("the probe, run outside, sees all that it looks for", { skip: process.platform !== "linux" }, () => {
  using scratch = new Scratch(users[0] as (typeof users)[number]);
  const hide = [scratch.folder("own"), scratch.file("key", "k")];
  const canary = { path: scratch.file("canary", "coal-mine"), value: "coal-mine" };
  const hidden = hiddenPlaces({ hide, home: scratch.path, uid: 12345, cwd: "/" }).places;
  const tools = {
    ...setup.tools,
    unshare: "false",
    mount: "false",
    umount: "false",
    setsid: "false",
    nsenter: "false",
  };
  const script = probeScript({ tools, uid: 0, hidden, startTime: startTimeOf("self"), canary, network: "" });
  const env = { ...process.env, [CANARY_VARIABLE]: "coal-mine" };
  const lines = execFileSync("/bin/sh", ["-c", script], { encoding: "utf8", env }).trim().split("\n");
  const attempt = { level: 2, hidden } as const;
  const level = levelOf(lines, attempt);
  assert.equal(level.level, 0);
  for (const what of ["process", "environ", "memory", "canary", "interface"])
    assert.ok(lines.includes(`seen ${what}`), what);
  for (let i = 0; i < hidden.length; i++) assert.ok(lines.includes(`seen place ${i}`));
  assert.equal(levelOf(["end", "seen place 0"], attempt).level, 1, "one visible place is one level less");
  for (const line of ["done undo", "seen canary", "seen settings"])
    assert.equal(levelOf(["end", line], attempt).level, 1, line);
  for (const line of ["seen process", "seen environ", "seen memory"])
    assert.equal(levelOf(["end", line], attempt).level, 0, line);
  assert.equal(levelOf(["end"], attempt).level, 2);
  assert.equal(levelOf(["end"], { ...attempt, level: 1 }).level, 1, "where no file was hidden");
  assert.equal(levelOf([], attempt).level, 0, "probes that did not finish prove nothing");
  const closed = { ...attempt, level: 3 } as const;
  assert.equal(levelOf(["end"], closed, null).level, 2, "nobody looked at the network");
  assert.equal(levelOf(["end"], closed, { seen: [] }).level, 3);
  assert.equal(levelOf(["end", "seen interface"], closed, { seen: [] }).level, 2);
  for (const what of ["loopback", "abstract", "metadata"])
    assert.equal(levelOf(["end"], closed, { seen: [what] }).level, 2, what);
});

async function started(scratch: Scratch, child: ChildProcess): Promise<void> {
  while (!existsSync(join(scratch.path, "started"))) {
    assert.equal(child.exitCode, null, "the job ended before it said that it had started");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Empty for a process that has ended meanwhile (the job's `sleep` is short). */
function factOf(pid: number, name: "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1");
  } catch {
    return "";
  }
}

function descendants(pid: number): number[] {
  const table = execFileSync("ps", ["-e", "-o", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const out: number[] = [];
  const visit = (parent: number): void => {
    for (const [child = 0, up = 0] of table) {
      if (up === parent) {
        out.push(child);
        visit(child);
      }
    }
  };
  visit(pid);
  return out.filter((one) => existsSync(`/proc/${one}`));
}

/** Waits until none of the processes is left; the test's own time limit is the judge. */
async function gone(pids: readonly number[]): Promise<void> {
  const alive = (pid: number): boolean => {
    try {
      return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
    } catch {
      return false;
    }
  };
  for (let round = 0; round < 500; round++) {
    if (!pids.some(alive)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.deepEqual(pids.filter(alive), [], "processes of the job outlive Bulkhead");
}
