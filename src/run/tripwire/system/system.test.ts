/** Owners by the operating system's lists of packages, played in a temporary tree: who brought a hook, and whether it is still so. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import type { StartupHook } from "../types.ts";
import { packageSystems, withSystemOwners } from "./index.ts";

const hash = (algorithm: string, text: string, form: "hex" | "base64" = "hex"): string =>
  createHash(algorithm).update(text).digest(form);

interface Tree {
  readonly root: string;
  put(path: string, text: string, mode?: number): void;
  link(path: string, target: string): void;
  /** What is said of the hook at `path`, which is made of further files too. */
  said(path: string, ...more: string[]): Promise<string>;
}

function tree(t: TestContext): Tree {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-system-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const ready = (path: string): string => {
    mkdirSync(dirname(join(root, path)), { recursive: true, mode: 0o755 });
    return join(root, path);
  };
  return {
    root,
    put: (path, text, mode = 0o644) => writeFileSync(ready(path), text, { mode }),
    link: (path, target) => symlinkSync(target, ready(path)),
    said: async (path, ...more) => {
      const files = [path, ...more].map((one) => join(root, one));
      const [place = ""] = files;
      const hook: StartupHook = {
        kind: "pth",
        place,
        effect: "",
        owner: null,
        digest: "",
        changed: null,
        files,
      };
      const [one] = await withSystemOwners([hook], root);
      const { owner, installed = "" } = one ?? hook;
      return owner === null ? "nobody" : `${owner.package} ${owner.version} ${installed}`.trim();
    },
  };
}

const PTH = "import os; __import__('hack')\n";
const HACK = "x = 1\n";
const SITE = "usr/lib/python3/dist-packages";

function debian(t: TestContext): Tree {
  const made = tree(t);
  const { put, link } = made;
  put("etc/python3.11/sitecustomize.py", "try: pass\n");
  link("usr/lib/python3.11/sitecustomize.py", "../../../etc/python3.11/sitecustomize.py");
  put(`${SITE}/precedence.pth`, PTH);
  put(`${SITE}/hack/__init__.py`, HACK);
  const info = "var/lib/dpkg/info";
  put(
    `${info}/libpython3.11-minimal:amd64.list`,
    "/.\n/etc/python3.11/sitecustomize.py\n/usr/lib/python3.11/sitecustomize.py\n",
  );
  put(`${info}/libpython3.11-minimal:amd64.md5sums`, `${hash("md5", "x")}  usr/lib/python3.11/abc.py\n`);
  // A list from before /lib and /usr/lib became one.
  put(
    `${info}/python3-tools.list`,
    `/.\n/lib/python3/dist-packages/precedence.pth\n/${SITE}/hack/__init__.py\n`,
  );
  put(
    `${info}/python3-tools.md5sums`,
    `${hash("md5", PTH)}  lib/python3/dist-packages/precedence.pth\n${hash("md5", HACK)}  ${SITE}/hack/__init__.py\n`,
  );
  put(
    "var/lib/dpkg/status",
    [
      "Package: libpython3.11-minimal\nArchitecture: arm64\nVersion: 3.11.0-1",
      `Package: libpython3.11-minimal\nStatus: install ok installed\nArchitecture: amd64\nVersion: 3.11.2-6\nConffiles:\n /etc/python3.11/sitecustomize.py ${hash("md5", "try: pass\n")}\nDescription: x`,
      "Package: python3-tools\nVersion: 66.1\nArchitecture: all\n",
    ].join("\n\n"),
  );
  return made;
}

test("dpkg: a link to a configuration file and a moved path are as shipped, until a byte of any part changes", async (t) => {
  const { put, said } = debian(t);
  const sitecustomize = "usr/lib/python3.11/sitecustomize.py";
  const pth = [`${SITE}/precedence.pth`, `${SITE}/hack/__init__.py`] as const;
  assert.equal(await said(sitecustomize), "libpython3.11-minimal 3.11.2-6 unchanged");
  assert.equal(await said(...pth), "python3-tools 66.1 unchanged");
  put("etc/python3.11/sitecustomize.py", "try: import evil\n");
  assert.equal(await said(sitecustomize), "libpython3.11-minimal 3.11.2-6 changed");
  put(`${SITE}/hack/__init__.py`, `${HACK}import evil\n`);
  assert.equal(await said(...pth), "python3-tools 66.1 changed");
});

test("dpkg: what is no package's own is nobody's, also a link of somebody's to a shipped file, or one part of many", async (t) => {
  const { put, link, said } = debian(t);
  put(`${SITE}/evil.pth`, PTH);
  assert.equal(await said(`${SITE}/evil.pth`), "nobody");
  link(`${SITE}/linked.pth`, "precedence.pth");
  assert.equal(await said(`${SITE}/linked.pth`), "nobody");
  assert.equal(await said(`${SITE}/precedence.pth`, `${SITE}/evil.pth`), "python3-tools 66.1");
  assert.equal(await said(`${SITE}/absent.pth`), "nobody");
});

test("a list that anybody could have written says nothing", async (t) => {
  const { root, said } = debian(t);
  const info = join(root, "var/lib/dpkg/info");
  chmodSync(info, 0o777);
  assert.equal(await said(`${SITE}/precedence.pth`), "nobody");
  chmodSync(info, 0o755);
  assert.notEqual(await said(`${SITE}/precedence.pth`), "nobody");
});

test("apk: both places of its list, files by folder, the checksum of each", async (t) => {
  for (const place of ["lib/apk/db/installed", "usr/lib/apk/db/installed"]) {
    const { put, said } = tree(t);
    put("usr/lib/python3.12/site-packages/a.pth", PTH);
    put("usr/lib/python3.12/site-packages/b.pth", PTH);
    put("usr/lib/python3.12/site-packages/c.pth", PTH);
    const sum = (text: string): string => `Z:Q1${hash("sha1", text, "base64")}`;
    put(
      place,
      [
        "C:Q1x\nP:musl\nV:1.2.5-r0\nF:lib\nR:ld.so\nZ:Q1abc",
        `C:Q1x\nP:py3-tools\nV:70.3-r0\nF:usr/lib\nF:usr/lib/python3.12/site-packages\nR:other.py\n${sum("x")}\nR:a.pth\na:0:0:644\n${sum(PTH)}\nR:b.pth\n${sum("other")}\nR:c.pth\n`,
      ].join("\n\n"),
    );
    assert.equal(await said("usr/lib/python3.12/site-packages/a.pth"), "py3-tools 70.3-r0 unchanged");
    assert.equal(await said("usr/lib/python3.12/site-packages/b.pth"), "py3-tools 70.3-r0 changed");
    assert.equal(await said("usr/lib/python3.12/site-packages/c.pth"), "py3-tools 70.3-r0");
    put("usr/lib/python3.12/site-packages/d.pth", PTH);
    assert.equal(await said("usr/lib/python3.12/site-packages/d.pth"), "nobody");
  }
});

const SITE_312 = "/usr/lib/python3.12/site-packages";

/** Stands for rpm, of which there is none here: it answers the one question that is asked, in the form that was asked for. */
test("rpm: its own program is asked, and its digest compared", async (t) => {
  const { put, said } = tree(t);
  put("usr/lib/python3.12/site-packages/a.pth", PTH);
  put("usr/lib/python3.12/site-packages/b.pth", PTH);
  put("var/lib/rpm/rpmdb.sqlite", "");
  put(
    "usr/bin/rpm",
    [
      "#!/bin/sh",
      'for path; do :; done; [ "$1" = -q ] && [ "$4" = -f ] || exit 2',
      'case "$path" in */site-packages/?.pth) ;; *) exit 1 ;; esac',
      String.raw`printf 'python3-tools\t69.0-2.fc42\n/usr/lib/python3.12/x.py\t\n'`,
      String.raw`printf '%s\t%s\n' ${SITE_312}/a.pth ${hash("sha256", PTH)} ${SITE_312}/b.pth ${hash("sha256", "other")}`,
    ].join("\n"),
    0o755,
  );
  assert.equal(await said("usr/lib/python3.12/site-packages/a.pth"), "python3-tools 69.0-2.fc42 unchanged");
  assert.equal(await said("usr/lib/python3.12/site-packages/b.pth"), "python3-tools 69.0-2.fc42 changed");
  put("usr/lib/python3.12/other.pth", PTH);
  assert.equal(await said("usr/lib/python3.12/other.pth"), "nobody");
});

test("conda: it says who brought a file, and never that it needs no word", async (t) => {
  const { put, said } = tree(t);
  const env = "home/me/envs/ml";
  put(`${env}/lib/python3.12/site-packages/a.pth`, PTH);
  put(`${env}/lib/python3.12/site-packages/b.pth`, PTH);
  put(`${env}/conda-meta/broken-1-0.json`, "{");
  put(
    `${env}/conda-meta/acme-1.2-py312_0.json`,
    JSON.stringify({
      name: "acme",
      version: "1.2",
      files: ["lib/python3.12/site-packages/a.pth", "lib/python3.12/site-packages/b.pth"],
      paths_data: {
        paths: [
          { _path: "lib/python3.12/site-packages/a.pth", sha256: "0", sha256_in_prefix: hash("sha256", PTH) },
          { _path: "lib/python3.12/site-packages/b.pth", sha256: hash("sha256", "other") },
        ],
      },
    }),
  );
  assert.equal(await said(`${env}/lib/python3.12/site-packages/a.pth`), "acme 1.2");
  assert.equal(await said(`${env}/lib/python3.12/site-packages/b.pth`), "acme 1.2 changed");
  put(`${env}/lib/python3.12/site-packages/c.pth`, PTH);
  assert.equal(await said(`${env}/lib/python3.12/site-packages/c.pth`), "nobody");
});

test("every package system is registered once", () => {
  const files = readdirSync(import.meta.dirname)
    .map((name) => name.replace(/\.ts$/, ""))
    .filter((name) => !/^(?:index|types|roots|.*\.test)$/.test(name));
  assert.deepEqual(packageSystems.map(({ id }) => id).toSorted(), files.toSorted());
});
