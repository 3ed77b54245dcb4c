/** Users without a name, without a home: containers start programs like that. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { BIN, SMALL, sandbox } from "./support.ts";

const skip = process.getuid?.() === 0 ? false : "only root can become another user";
const NOBODY = 12345;

test("a user that the system's list does not have runs a stage", { skip }, (t) => {
  const box = sandbox(t);
  box.write("bulkhead.yaml", SMALL);
  execFileSync("chown", ["-R", `${NOBODY}:${NOBODY}`, box.root]);
  const bulkhead = (args: readonly string[], env: Readonly<Record<string, string>> = box.env, input = "") =>
    spawnSync(process.execPath, [BIN, ...args], {
      cwd: box.project,
      env,
      input,
      uid: NOBODY,
      gid: NOBODY,
      encoding: "utf8",
      timeout: 60_000,
    });
  assert.equal(bulkhead(["apply"]).status, 0);
  assert.equal(bulkhead(["secret", "put", "openai"], box.env, fake("sk-proj-", 40)).status, 0);
  const { status, stdout, stderr } = bulkhead(["run", "train", "--", "id", "-u"]);
  assert.deepEqual([status, stdout], [0, `${NOBODY}\n`], stderr);
  assert.match(bulkhead(["runs"]).stdout, /uid-12345/);

  const homeless = { PATH: box.env.PATH ?? "" };
  for (const args of [["status"], ["run", "train"]]) {
    const lost = bulkhead(args, homeless);
    assert.ok(lost.status === 1 || lost.status === 125);
    assert.match(lost.stderr, /^bulkhead: error: this user has no home folder\nbulkhead: hint: set HOME/);
  }
  assert.equal(bulkhead(["help"], homeless).status, 0);
});

test("BULKHEAD_HOME may be relative to where one stands", (t) => {
  const box = sandbox(t);
  const put = ["secret", "put", "secret/a/b"];
  box.bulkhead(put, { env: { BULKHEAD_HOME: "../other" }, input: "x" });
  assert.ok(existsSync(join(box.root, "other", "store.db")));
});
