/** The release bundle: nothing is done when nothing changed, it stands alone, and holds neither the machine's paths nor sources' maps. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

const root = join(import.meta.dirname, "..");

test("the bundle is built once and stands alone", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-build-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const dist = join(folder, "dist");
  const build = (): string =>
    execFileSync(process.execPath, [join(root, "tools", "build.ts")], {
      env: { ...process.env, BULKHEAD_DIST: dist },
      encoding: "utf8",
    });
  build();
  const bin = join(dist, "bulkhead");
  assert.equal(statSync(bin).mode & 0o777, 0o755);
  const before = statSync(bin, { bigint: true });
  build();
  assert.equal(statSync(bin, { bigint: true }).mtimeNs, before.mtimeNs, "nothing was newer");
  rmSync(bin);
  build();
  assert.ok(existsSync(bin), "what is missing is built again");

  const files = readdirSync(join(dist, "lib"));
  assert.ok(files.length >= 1);
  for (const file of files) {
    const text = readFileSync(join(dist, "lib", file), "utf8");
    assert.ok(!text.includes(root), `${file} names this machine's folders`);
    assert.ok(!text.includes("sourceMappingURL"), file);
  }

  const elsewhere = join(folder, "elsewhere");
  cpSync(dist, elsewhere, { recursive: true });
  rmSync(dist, { recursive: true });
  const env = { PATH: process.env.PATH ?? "", HOME: folder, BULKHEAD_HOME: join(folder, "store") };
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(elsewhere, "bulkhead"), ...args], {
      cwd: folder,
      env,
      encoding: "utf8",
      input: "",
    });
  assert.match(run("--version").stdout, /^bulkhead \d+\.\d+\.\d+\n$/);
  const status = run("whoami", "--json");
  assert.equal(status.status, 0, status.stderr);
});
