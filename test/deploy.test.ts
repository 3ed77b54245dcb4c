/** The deployment files hold what docs/deploy.md says of them. That a container starts is not shown here: it needs Docker. */
import assert from "node:assert/strict";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { parse } from "yaml";
import { commands } from "../src/cli/commands/index.ts";
import { readConfig } from "../src/server/config.ts";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, "deploy", file), "utf8");
const UID = "10001:10001";

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

function instructions(text: string): readonly Instruction[] {
  const lines = text.replace(/\\\n\s*/g, " ").split("\n");
  return lines
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => ({ word: line.split(" ", 1)[0] ?? "", rest: line.slice(line.indexOf(" ") + 1).trim() }));
}

const list = (text: string): string[] => JSON.parse(text.slice(text.indexOf("["))) as string[];
const isCommand = (words: readonly string[]): boolean =>
  commands.some(({ name }) => words.join(" ").startsWith(name));

test("the image: pinned, of several stages, not root, with a health check by Bulkhead itself", () => {
  const all = instructions(read("Dockerfile"));
  const of = (word: string): readonly string[] =>
    all.filter((one) => one.word === word).map(({ rest }) => rest);
  assert.equal(of("FROM").length, 2);
  const { version } = JSON.parse(readFileSync(join(root, "tools/node/package.json"), "utf8")) as {
    version?: string;
  };
  const pinned = readFileSync(join(root, "tools/node/package.json"), "utf8");
  for (const from of of("FROM")) {
    const [, tag = ""] = /^node:(\d+\.\d+\.\d+)-[a-z]+-slim/.exec(from) ?? [];
    assert.ok(pinned.includes(tag) || version === tag, `the Node of ${from} is the pinned one`);
  }
  assert.equal(of("USER").at(-1), UID);
  const last = all.slice(all.findLastIndex(({ word }) => word === "USER"));
  assert.ok(
    !last.some(({ word }) => word === "RUN" || word === "COPY"),
    "nothing is made after root is left",
  );
  const [check = ""] = of("HEALTHCHECK");
  const words = list(check);
  assert.deepEqual(words.slice(0, 3), ["node", "--disable-sigusr1", "/opt/bulkhead/bulkhead"]);
  assert.ok(isCommand(words.slice(3)), words.join(" "));
  const [entry = ""] = of("ENTRYPOINT");
  assert.deepEqual(list(entry), words.slice(2, 3), "by its shell, which may be process 1");
  assert.ok(isCommand(list(of("CMD").at(-1) ?? "")));
  for (const copied of of("COPY").filter((rest) => !rest.startsWith("--from")))
    for (const source of copied
      .split(" ")
      .filter((word) => !word.startsWith("--"))
      .slice(0, -1))
      assert.ok(globSync(source, { cwd: root }).length > 0, `${source} is there`);
  assert.ok(!/ADD |curl|wget|latest/.test(read("Dockerfile")));
  assert.match(read("Dockerfile"), /npm ci --ignore-scripts/);
});

test("the configurations that are shipped are sound", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-deploy-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = readConfig(join(root, "deploy", "server.yaml"), {});
  assert.deepEqual([file.storage.type, file.listeners[0]?.tls !== null], ["file", true]);
  const address = join(folder, "store");
  writeFileSync(address, "postgres://bulkhead:x@/bulkhead?host=/run/postgresql", { mode: 0o600 });
  const text = read("server-postgres.yaml").replace("/run/secrets/bulkhead-store", address);
  const path = join(folder, "server.yaml");
  writeFileSync(path, text);
  const shared = readConfig(path, {});
  assert.deepEqual([shared.storage.type, shared.auditFolder], ["postgresql", "/var/lib/bulkhead/audit"]);
});

interface Service {
  readonly image: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt: readonly string[];
  readonly secrets: readonly string[];
  readonly ports?: readonly string[];
  readonly network_mode?: string;
  readonly privileged?: boolean;
  readonly volumes: readonly string[];
}

test("compose: pinned images, secrets as files, loopback only, nothing privileged", () => {
  const file = parse(read("compose.yaml")) as {
    services: Record<string, Service>;
    secrets: Record<string, { file: string }>;
  };
  const { bulkhead, postgres } = file.services;
  assert.ok(bulkhead !== undefined && postgres !== undefined);
  for (const service of [bulkhead, postgres]) {
    assert.match(service.image, /:\d+\.\d+/);
    assert.ok(service.privileged !== true);
    assert.ok(service.security_opt.includes("no-new-privileges:true"));
    for (const secret of service.secrets) assert.ok(Object.hasOwn(file.secrets, secret), secret);
  }
  assert.equal(bulkhead.user, UID);
  assert.equal(bulkhead.read_only, true);
  assert.deepEqual(bulkhead.cap_drop, ["ALL"]);
  assert.ok(bulkhead.ports?.every((port) => port.startsWith("127.0.0.1:")));
  assert.deepEqual([postgres.network_mode, postgres.ports], ["none", undefined]);
  assert.ok(!/PASSWORD: |postgres:\/\//.test(read("compose.yaml")), "no password in it");
});

test("the systemd unit: its own user, no privileges, no core dumps, no swap", () => {
  const lines = read("bulkhead.service").split("\n");
  const of = (name: string): string | undefined =>
    lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
  assert.equal(of("User"), "bulkhead");
  for (const name of [
    "NoNewPrivileges",
    "ProtectHome",
    "PrivateTmp",
    "PrivateDevices",
    "RestrictNamespaces",
    "LockPersonality",
  ])
    assert.equal(of(name), "yes", name);
  assert.deepEqual(
    [
      "CapabilityBoundingSet",
      "ProtectSystem",
      "LimitCORE",
      "MemorySwapMax",
      "UMask",
      "StateDirectoryMode",
    ].map(of),
    ["", "strict", "0", "0", "0077", "0700"],
  );
  assert.match(of("ExecReload") ?? "", /-HUP \$MAINPID/);
  const words = (of("ExecStart") ?? "").split(" ");
  assert.ok(isCommand(words.slice(words.indexOf("/opt/bulkhead/bulkhead") + 1)), words.join(" "));
});
