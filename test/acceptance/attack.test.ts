/**
 * The replayed attack, in a network of its own in which the metadata address is played, as root and as an unprivileged user: what its
 * sink counted is the table that was written down before, and the table changes with what is hidden.
 */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { EXPECTED, WAYS, type Way } from "../../examples/attack/expected.ts";
import type { Haul } from "../../examples/attack/replay.ts";
import { noSandbox, type User, users } from "../../src/run/fixtures/drive.ts";
import { long } from "../support/scale.ts";

const MAIN = join(import.meta.dirname, "..", "..", "examples", "attack", "main.ts");
const METADATA = "http://169.254.169.254/latest/meta-data/iam/security-credentials/role";

interface Outcome {
  readonly hauls: readonly Haul[];
  readonly wrong: readonly string[];
}

/** Without iproute2 the metadata address cannot be played, and loopback stands for it. */
const canPlay =
  spawnSync("unshare", ["--user", "--map-root-user", "--net", "ip", "link", "set", "lo", "up"]).status === 0;

async function attack(user: User, args: readonly string[]): Promise<Outcome> {
  const node = [process.execPath, "--no-warnings", MAIN, "--json"];
  const who =
    user.uid === null ? [] : ["setpriv", `--reuid=${user.uid}`, `--regid=${user.uid}`, "--clear-groups"];
  const outside = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  // The port of the metadata service is one that otherwise only root may use; this holds in the new network alone.
  const play = [
    "ip link set lo up && ip addr add 169.254.169.254/32 dev lo",
    "echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start",
    'exec "$@"',
  ].join("\n");
  const command = canPlay
    ? [
        "unshare",
        ...outside,
        "--net",
        "/bin/sh",
        "-c",
        play,
        "sh",
        ...who,
        ...node,
        "--metadata",
        METADATA,
        ...args,
      ]
    : [...who, ...node, ...args];
  const child = spawn(command[0] ?? "", command.slice(1), {
    cwd: "/",
    env: { PATH: process.env.PATH ?? "", HOME: "/nonexistent" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
  await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  assert.ok(stdout.startsWith("{"), `${stdout}${stderr}`);
  return JSON.parse(stdout) as Outcome;
}

const column = (way: Way): number => WAYS.indexOf(way);

for (const user of users) {
  test(`the attack gets what was expected of it, at every level, as ${user.name}`, {
    skip: noSandbox(user),
  }, async () => {
    const { hauls, wrong } = await attack(user, []);
    assert.deepEqual(wrong, []);
    assert.deepEqual(
      hauls.map(({ way, level }) => [way, level]),
      [
        ["bare", null],
        ["loader", null],
        ["0", 0],
        ["1", 1],
        ["2", 2],
        ["decoys", 2],
        ["3", 3],
      ],
    );
    for (const { way, job, code, stderr } of hauls) {
      assert.equal(code, 0, `${way}: ${stderr}`);
      assert.equal(job, "keys 2 settings 4", `${way}: the job has its keys, harmless settings and caches`);
    }
  });

  // What is hidden does not depend on the user; that it is hidden from either is the test above.
  if (user.uid !== null && !long) continue;
  test(`a place that is no longer hidden changes the table, as ${user.name}`, {
    skip: noSandbox(user),
  }, async () => {
    const shown = await attack(user, ["--way", "2", "--", "--expose", "~/.netrc", "--expose", "~/.aws"]);
    const [haul] = shown.hauls;
    assert.equal(haul?.got.home, (EXPECTED.home[column("2")] ?? 0) + 2);
    assert.deepEqual(shown.wrong, ["2: credential files in the home folder: 2, expected 0"]);
  });
}
