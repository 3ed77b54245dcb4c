import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { createDetector } from "../../detect/detector.ts";
import { providers } from "../../providers/index.ts";
import { homeRows, variableRows } from "../credential-places.ts";
import { gitItems } from "./git.ts";
import { look } from "./look.ts";
import { readPlace } from "./places.ts";
import { planLitmus } from "./plan.ts";
import type { Plan, PlannedPlace } from "./types.ts";

const isEnvFile = (path: string): boolean => path.endsWith(".env");
const detector = createDetector({ providers });

function folder(t: TestContext, files: Readonly<Record<string, string>> = {}): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "bulkhead-litmus-test-")));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const place = (path: string, more: Partial<PlannedPlace> = {}): PlannedPlace => ({
  ...{ path, what: "keys", kind: "cloud", group: "files" },
  ...more,
});

test("a place counts when there is something in it to read", async (t) => {
  const root = folder(t, {
    full: "x",
    empty: "",
    "ssh/known_hosts": "host key",
    "ssh/id.pub": "public",
    "keys/deep/er/id": "x",
    "npm/plain": "registry=https://registry.example.com/\n",
    "npm/login": `//r.example.com/:_authToken=${fake("", 30)}\n`,
    "steps/script.sh": "echo\n",
    "steps/login.sh": `export HF_TOKEN=${fake("hf_", 34)}\n`,
  });
  execFileSync("mkfifo", [join(root, "fifo")]);
  mkdirSync(join(root, "round"));
  symlinkSync(join(root, "keys"), join(root, "round", "elsewhere"));
  symlinkSync(join(root, "round"), join(root, "round", "again"));
  const files = async (path: string, more: Partial<PlannedPlace> = {}) =>
    (await readPlace(place(join(root, path), more), detector)).files;
  assert.equal(await files("full"), 1);
  assert.equal(await files("keys"), 1);
  for (const path of ["empty", "absent", "ssh", "fifo", "round", "../../../dev/null"])
    assert.equal(await files(path), 0, path);
  assert.equal((await readPlace(place("/dev/null"), detector)).files, 0, "what stands over a hidden file");
  assert.deepEqual(
    [await files("npm/plain", { clean: "npmConfig" }), await files("npm/login", { clean: "npmConfig" })],
    [0, 1],
  );
  assert.equal(await files("steps", { search: true }), 1);
});

test("a socket counts when somebody answers, and is told nothing", async (t) => {
  const root = folder(t);
  let heard = 0;
  const server = createServer((socket) => {
    socket.on("data", () => (heard += 1)).on("error", () => socket.destroy());
  });
  const path = join(root, "agent.sock");
  await new Promise<void>((resolve) => server.listen(path, resolve));
  assert.deepEqual(await readPlace(place(path), detector), { files: 0, sockets: 1 });
  assert.deepEqual(await readPlace(place(root), detector), { files: 0, sockets: 1 });
  await new Promise((resolve) => server.close(resolve));
  if (process.platform === "linux") {
    const name = `bulkhead-litmus-test-${process.pid}`;
    await new Promise<void>((resolve) => server.listen(`\0${name}`, resolve));
    const bus = planLitmus({
      ...{
        home: root,
        uid: 12_345,
        cwd: root,
        own: [],
        network: false,
        isEnvFile,
        hide: [],
        folder: join(root, "x"),
      },
      env: { DBUS_SESSION_BUS_ADDRESS: `unix:abstract=${name},guid=1` },
    });
    const { items } = await look({
      plan: { ...bus, places: [], started: null, git: null },
      env: {},
      detector,
    });
    assert.deepEqual(
      items.map((item) => `${item.group} ${item.name}`),
      [`agents @${name}`],
    );
    await new Promise((resolve) => server.close(resolve));
  }
  assert.equal(heard, 0);
  assert.deepEqual(await readPlace(place(path), detector), { files: 0, sockets: 0 });
});

const plan = (
  t: TestContext,
  files: Readonly<Record<string, string>>,
  env: Record<string, string> = {},
): Plan => {
  const home = folder(t, files);
  const own = join(home, ".local", "share", "bulkhead");
  return planLitmus({
    home,
    uid: 12_345,
    cwd: home,
    env,
    hide: [own, join(home, ".env")],
    isEnvFile,
    folder: own,
    own: [],
    network: false,
  });
};
const pathsIn = ({ places, home }: Plan): string[] =>
  places.flatMap(({ path }) => (path.startsWith(`${home}/`) ? [path.slice(home.length + 1)] : [])).sort();

test("each place once, by its outermost path; Bulkhead's own file by file", (t) => {
  const home = folder(t, { ".kube/config": "x", "other/kubeconfig": "x" });
  const found = planLitmus({
    ...{ home, uid: 12_345, cwd: home, own: [], network: true },
    env: { KUBECONFIG: `${home}/.kube/config:${home}/other/kubeconfig` },
    hide: [join(home, "store")],
    isEnvFile,
    folder: join(home, "store"),
  });
  assert.deepEqual(pathsIn(found), [".kube", "other/kubeconfig"]);
  assert.ok(found.metadata.includes("169.254.169.254"));
  const store = plan(t, {
    ".local/share/bulkhead/store.db": "x",
    ".local/share/bulkhead/seal.key": "x",
    ".local/share/bulkhead/audit/1": "x",
    ".env": "A=b",
  });
  assert.deepEqual(pathsIn(store), [
    ".env",
    ".local/share/bulkhead/seal.key",
    ".local/share/bulkhead/store.db",
  ]);
  assert.deepEqual(store.metadata, []);
});

test("rows say what kind of credential they hold, but for those that hold many or open a door", () => {
  const rows = [...homeRows, ...variableRows];
  const unnamed = rows.filter(({ kind }) => kind === null || kind === undefined);
  assert.ok(unnamed.length < rows.length * 0.45, `${unnamed.length} of ${rows.length}`);
  assert.equal(homeRows.find(({ path }) => path === "~/.aws")?.kind, "cloud");
});

test("git: helpers with entries, logins in settings, no password in a name, nobody asked", async (t) => {
  const value = fake("", 30);
  const mark = join(folder(t), "asked");
  const look = async (config: string, files: Readonly<Record<string, string>> = {}) => {
    const home = folder(t, files);
    execFileSync("git", ["init", "-q", home]);
    writeFileSync(join(home, ".git", "config"), config);
    const kept = { ...process.env };
    t.after(() => Object.assign(process.env, kept));
    process.env.GIT_CONFIG_GLOBAL = "/dev/null";
    process.env.GIT_CONFIG_SYSTEM = "/dev/null";
    const items = await gitItems({ ...plan(t, {}), home, git: home }, {});
    assert.ok(!JSON.stringify(items).includes(value.slice(4, 20)));
    return items.map(({ name }) => name);
  };
  const store = "[credential]\n\thelper = store\n";
  assert.deepEqual(await look(store), [], "a helper whose file is absent holds nothing");
  assert.deepEqual(await look(store, { ".git-credentials": `https://a:${value}@git.example.com\n` }), [
    "credential.helper",
  ]);
  assert.deepEqual(await look('[credential]\n\thelper = ""\n\thelper = cache\n'), []);
  assert.deepEqual(await look(`[credential]\n\thelper = "!touch ${mark}; echo"\n`), ["credential.helper"]);
  assert.deepEqual(await look("[credential]\n\thelper = !gh auth git-credential\n"), []);
  assert.deepEqual(
    await look("[credential]\n\thelper = !gh auth git-credential\n", { ".config/gh/hosts.yml": "x" }),
    ["credential.helper"],
  );
  assert.deepEqual(
    await look(
      `[url "https://x:${value}@git.example.com/"]\n\tinsteadOf = "git@"\n[remote "o"]\n\turl = https://a:${value}@h.example.com/r\n[remote "p"]\n\turl = https://h.example.com/r\n`,
    ),
    ["url.https://git.example.com/.insteadof", "remote.o.url"],
  );
  assert.throws(() => execFileSync("ls", [mark], { stdio: "ignore" }), "no helper ran");
});

test("variables: the stage's own apart, the CI's by name, no value anywhere", async (t) => {
  const env = {
    OPENAI_API_KEY: fake("sk-proj-", 60),
    HF_TOKEN: fake("hf_", 34),
    CI_JOB_TOKEN: fake("", 20),
    EMPTY_TOKEN: "",
    LANG: "C",
  };
  const found = await look({
    plan: { ...plan(t, {}), own: ["HF_TOKEN"], started: null, git: null, places: [] },
    env,
    detector,
  });
  assert.deepEqual(
    found.items.map(({ group, name }) => `${group} ${name}`),
    ["variables OPENAI_API_KEY", "ci CI_JOB_TOKEN"],
  );
  assert.deepEqual(
    found.own.map(({ name, kind }) => `${name} ${kind}`),
    ["HF_TOKEN model-registry"],
  );
  assert.equal(found.notes.length, 2);
  for (const value of [env.OPENAI_API_KEY, env.HF_TOKEN, env.CI_JOB_TOKEN])
    assert.ok(!JSON.stringify(found).includes(value.slice(6, 16)));
});
