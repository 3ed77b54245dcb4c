import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../../test/support/fake.ts";
import { noSandbox, users } from "./fixtures/drive.ts";
import { aliases, parseMounts, procTables } from "./mounts.ts";

const sample = `21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
22 21 0:21 / /proc rw - proc proc rw
23 22 0:21 /sys /proc/sys ro - proc proc rw
24 21 8:2 / /data rw master:3 - ext4 /dev/sdb1 rw
25 21 8:2 /homes /home rw - ext4 /dev/sdb1 rw
26 21 8:2 /homes/ada/store/audit /srv/with\\040space rw - ext4 /dev/sdb1 rw
27 21 0:40 / /chroot/proc rw - proc proc rw
28 21 8:2 /homesick /mnt rw - ext4 /dev/sdb1 rw
`;

test("every other path to a folder, or to a part of it, is found in the table of mounts", () => {
  const table = parseMounts(sample);
  assert.deepEqual(aliases("/home/ada/store", table), ["/data/homes/ada/store", "/srv/with space"]);
  assert.deepEqual(aliases("/data/homes/ada/store", table), ["/home/ada/store", "/srv/with space"]);
  assert.deepEqual(aliases("/srv/with space/0001", table), [
    "/data/homes/ada/store/audit/0001",
    "/home/ada/store/audit/0001",
  ]);
  assert.deepEqual(aliases("/root/store", table), []);
  assert.deepEqual(aliases("/anywhere", []), []);
});

test("process tables beside /proc are found", () => {
  assert.deepEqual(procTables(parseMounts(sample)), ["/chroot/proc"]);
});

test("a store that is mounted a second time stays hidden, and so do processes in a second /proc", {
  skip: noSandbox(users[0] as (typeof users)[number]),
}, (t) => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "bulkhead-mounts-")));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["home", "home/store", "again", "part", "proc"])
    mkdirSync(join(folder, name), { mode: 0o700 });
  const key = fake("bhk-", 30);
  writeFileSync(join(folder, "home/store/seal.key"), key, { mode: 0o600 });
  const look = `cat again/store/seal.key part/seal.key; cat proc/[0-9]*/root${folder}/home/store/seal.key; ls proc; true`;
  const run = (isolate: boolean) => {
    const config = join(folder, "config.json");
    const command = ["/bin/sh", "-c", `exec 2>/dev/null; ${look}`];
    const hide = [join(folder, "home/store")];
    writeFileSync(
      config,
      JSON.stringify({ command, secrets: {}, hide, isolate, requireLevel: isolate ? 2 : 0 }),
    );
    writeFileSync(join(folder, "notes"), "");
    const setUp =
      'mount --bind home again && mount --bind home/store part && mount -t proc none proc && exec "$@"';
    const driver = [join(import.meta.dirname, "fixtures", "driver.ts"), config, join(folder, "notes")];
    return spawnSync(
      "/usr/bin/unshare",
      ["-Ur", "-m", "-p", "-f", "--mount-proc", "/bin/sh", "-c", setUp, "sh", process.execPath, ...driver],
      {
        cwd: folder,
        env: { PATH: "/usr/local/bin:/usr/bin:/bin", HOME: join(folder, "home") },
        encoding: "utf8",
        timeout: 60_000,
      },
    );
  };
  const open = run(false);
  assert.equal(open.status, 0, open.stderr);
  assert.ok(open.stdout.split(key).length >= 4, "the control reads the key by all three ways");
  const closed = run(true);
  assert.deepEqual([closed.status, closed.stdout, closed.stderr], [0, "", ""]);
});
