/** Which paths may be mounted or moved to, which times fit together, and what a built-in's description is. */
import assert from "node:assert/strict";
import test from "node:test";
import { builtin, checkTtls, fullPath, kindOf, movePaths, storagePrefix } from "./mount-info.ts";
import { DEFAULT_LOCKOUT, tunedLockout } from "./lockouts.ts";
import type { MountInfo, PluginFacts } from "./plugin.ts";

const info = (more: Partial<MountInfo> = {}): MountInfo => ({
  path: "kv/",
  type: "kv",
  class: "secret",
  accessor: "kv_1",
  uuid: "u",
  description: "",
  options: {},
  defaultLeaseTtl: 0,
  maxLeaseTtl: 0,
  ...more,
});
const problem = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    const { code, details } = error as { code: string; details: { problem: string } };
    return `${code}: ${details.problem}`;
  }
  return "";
};

test("a mount's path: plain segments, not among what is reserved", () => {
  assert.equal(fullPath("secret", "/kv/team//"), "kv/team/");
  assert.equal(fullPath("auth", "people"), "auth/people/");
  assert.equal(fullPath("auth", "sys"), "auth/sys/");
  assert.equal(fullPath("secret", "system"), "system/");
  assert.equal(fullPath("secret", "..a/b.c"), "..a/b.c/");
  assert.equal(fullPath("secret", "a".repeat(255)).length, 256);
  for (const bad of ["", "/", "//"])
    assert.match(
      problem(() => fullPath("secret", bad)),
      /needs a path/,
    );
  for (const bad of [
    "a b",
    "a+",
    "a*",
    "{a}",
    "a?",
    "a#",
    "a%2f",
    "a//b",
    "..",
    ".",
    "a/../b",
    "a/.",
    "a\0",
    "a\x7f",
  ])
    assert.match(
      problem(() => fullPath("secret", bad)),
      /^mount\.invalid: a mount path has plain segments/,
      bad,
    );
  assert.match(
    problem(() => fullPath("secret", "a".repeat(256))),
    /at most 256 bytes/,
  );
  assert.match(
    problem(() => fullPath("secret", "é".repeat(128))),
    /at most 256 bytes/,
  );
  for (const bad of ["sys", "sys/a", "auth", "auth/x", "audit/x"])
    assert.match(
      problem(() => fullPath("secret", bad)),
      /cannot mount under reserved path/,
      bad,
    );
});

test("a move: what is built in stays, auth methods stay auth methods", () => {
  const builtins = [info({ path: "sys/" }), info({ path: "cubbyhole/" }), info({ path: "auth/token/" })];
  const move = (from: string, to: string): string => problem(() => movePaths(from, to, builtins));
  assert.deepEqual(movePaths("/kv/", "team/kv", builtins), {
    kind: "secret",
    source: "kv/",
    target: "team/kv/",
  });
  assert.deepEqual(movePaths("auth/a", "auth/b/", builtins), {
    kind: "auth",
    source: "auth/a/",
    target: "auth/b/",
  });
  assert.equal(move("sys", "a"), 'mount.not-movable: "sys/"');
  assert.equal(move("auth/token", "auth/a"), 'mount.not-movable: "auth/token/"');
  assert.equal(move("cubbyhole", "a"), 'mount.not-movable: "cubbyhole/"');
  assert.equal(move("auth/a", "b"), 'mount.not-movable: auth mount to non-auth mount "b/"');
  assert.equal(move("auth/a", "auth/token"), 'mount.not-movable: to destination "auth/token/"');
  assert.equal(move("kv", "cubbyhole"), "mount.not-movable: to destination cubbyhole/");
  assert.equal(move("kv", "auth/a"), "mount.not-movable: to destination auth/a/");
  assert.equal(move("kv", "audit/a"), "mount.not-movable: to destination audit/a/");
  assert.equal(move("auth/a", "auth/audit"), "");
  assert.equal(move("auth/a", `auth/${"b".repeat(250)}`), "", "as long as a path may be");
  assert.match(move("auth/a", `auth/${"b".repeat(251)}`), /at most 256 bytes/);
  assert.match(move("kv", "a b"), /^mount\.invalid/);
  assert.match(move("auth/a", "auth/b*"), /^mount\.invalid/);
});

test("times of a mount fit together, and into the server's", () => {
  const times = (defaultLeaseTtl: number, maxLeaseTtl: number): string =>
    problem(() => checkTtls(info({ defaultLeaseTtl, maxLeaseTtl }), { maxLeaseTtl: 100_000 }));
  for (const [least, most] of [
    [0, 0],
    [100_000, 0],
    [50, 50],
    [200_000, 200_000],
    [0, 1],
  ] as const)
    assert.equal(times(least, most), "", `${least} ${most}`);
  assert.match(times(100_001, 0), /greater than system max lease TTL of 100/);
  assert.match(times(51, 50), /greater than the backend's max TTL/);
});

test("a built-in is the same mount everywhere", () => {
  const plugin = (builtinAt?: string): PluginFacts =>
    ({
      type: "toy",
      title: "t",
      description: "d",
      ...(builtinAt !== undefined && { builtinAt }),
    }) as PluginFacts;
  assert.deepEqual(builtin(plugin(), "secret"), []);
  const [own] = builtin(plugin("toy/"), "secret");
  assert.deepEqual([own, own], [...builtin(plugin("toy/"), "secret"), ...builtin(plugin("toy/"), "secret")]);
  assert.match(own?.accessor ?? "", /^toy_[0-9a-f]{8}$/);
  assert.deepEqual([own?.class, own?.description, own?.path], ["secret", "d", "toy/"]);
  const [auth] = builtin(plugin("auth/toy/"), "auth");
  assert.match(auth?.accessor ?? "", /^auth_toy_[0-9a-f]{8}$/);
  assert.notEqual(auth?.uuid, own?.uuid);
  assert.equal(builtin(plugin("sys/"), "secret")[0]?.class, "system");
  assert.deepEqual(
    [kindOf(info()), kindOf(info({ class: "auth" })), kindOf(info({ class: "system" }))],
    ["secret", "auth", "secret"],
  );
  assert.equal(storagePrefix(info({ uuid: "x" })), "logical/x/");
});

test("a mount's lockout is tuned within what can be obeyed", () => {
  const tune = (change: object): unknown => tunedLockout(info(), change);
  assert.deepEqual(tune({}), DEFAULT_LOCKOUT);
  assert.deepEqual(tune({ threshold: 1, duration: 1, counterReset: 1 }), {
    threshold: 1,
    duration: 1,
    counterReset: 1,
    disabled: false,
  });
  assert.deepEqual(tunedLockout(info({ lockout: { ...DEFAULT_LOCKOUT, threshold: 9 } }), { duration: 5 }), {
    ...DEFAULT_LOCKOUT,
    threshold: 9,
    duration: 5,
  });
  for (const threshold of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    assert.match(
      problem(() => tune({ threshold })),
      /lockout_threshold/,
      String(threshold),
    );
  for (const change of [{ duration: 0 }, { duration: -1 }, { counterReset: 0 }, { counterReset: -1 }])
    assert.match(
      problem(() => tune(change)),
      /longer than 0/,
      JSON.stringify(change),
    );
});
