/** Locks and pins against real git repositories: tags, annotated tags, branches, commits of nobody's branch, actions that use actions. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import test from "node:test";
import { inspect } from "node:util";
import { fake } from "../../test/support/fake.ts";
import { testFolder } from "../../test/support/repository.ts";
import { isBulkheadError } from "../core/errors.ts";
import { Secret } from "../core/secret.ts";
import { audit, loadRepository } from "./index.ts";
import { LOCK_PATH } from "./lock.ts";
import { Remotes, makeLock } from "./lock-update.ts";
import { pinRepository } from "./pin.ts";

const W = ".github/workflows/w.yml";
const env = {
  ...process.env,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "t",
  GIT_AUTHOR_EMAIL: "t@example.com",
  GIT_COMMITTER_NAME: "t",
  GIT_COMMITTER_EMAIL: "t@example.com",
};

/** A repository below `root`; each call commits files and gives the commit. */
function upstream(root: string, name: string) {
  const folder = join(root, name);
  mkdirSync(folder, { recursive: true });
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", folder, ...args], { env, encoding: "utf8" }).trim();
  git("init", "--quiet", "-b", "main");
  // As GitHub does: any commit that is there is handed out.
  git("config", "uploadpack.allowAnySHA1InWant", "true");
  const commit = (files: Readonly<Record<string, string>>, ...tags: string[]): string => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    git("add", "-A");
    git("commit", "--quiet", "--allow-empty", "-m", "x");
    for (const tag of tags) git("tag", "-f", ...(tag.split(".").length === 3 ? ["-a", "-m", tag] : []), tag);
    return git("rev-parse", "HEAD");
  };
  return { git, commit };
}

const ACTION =
  "name: a\nruns: {using: composite, steps: [{run: npm publish, shell: bash}, {uses: deep/action@v1}]}\n";
const flow = (...uses: string[]): string =>
  `on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${uses.map((one) => `      - uses: ${one}\n`).join("")}`;

async function world(
  run: (at: {
    root: string;
    repository: (text: string) => string;
    remotes: Remotes;
    who: ReturnType<typeof upstream>;
  }) => Promise<void>,
) {
  const folder = testFolder();
  const server = join(folder.root, "server");
  const remotes = new Remotes({ server: pathToFileURL(server).href, env });
  try {
    const who = upstream(server, "who/knows");
    const deep = upstream(server, "deep/action");
    deep.commit({ "action.yaml": "name: deep\nruns: {using: node20, main: x.js}\n" }, "v1", "v1.0.0");
    let count = 0;
    await run({
      root: folder.root,
      who,
      remotes,
      repository: (text) => {
        const root = join(folder.root, `repository-${count++}`);
        mkdirSync(join(root, ".github/workflows"), { recursive: true });
        mkdirSync(join(root, ".bulkhead"));
        writeFileSync(join(root, W), text);
        return root;
      },
    });
  } finally {
    remotes.close();
    folder.remove();
  }
}

test("each reference by commit, with its content, and what that one uses", () =>
  world(async ({ who, repository, remotes }) => {
    const sha = who.commit(
      {
        "action.yml": ACTION,
        ".github/workflows/r.yml":
          "on: workflow_call\njobs: {x: {runs-on: ubuntu-latest, steps: [{run: ls}]}}\n",
      },
      "v4",
      "v4.2.1",
    );
    const root = repository(
      `${flow("who/knows@v4", "who/knows@main", `who/knows@${sha}`, "who/knows@v9")}  b:\n    uses: who/knows/.github/workflows/r.yml@v4\n`,
    );
    const { entries, missing, text } = await makeLock(root, remotes);
    assert.deepEqual(
      entries.map(({ uses, kind, version, reachable, content }) => [
        uses,
        kind,
        version,
        reachable,
        content !== null,
      ]),
      [
        ["deep/action@v1", "action", "v1.0.0", true, true],
        ["who/knows/.github/workflows/r.yml@v4", "workflow", "v4.2.1", true, true],
        [`who/knows@${sha}`, "action", "v4.2.1", true, true],
        ["who/knows@main", "action", "v4.2.1", true, true],
        ["who/knows@v4", "action", "v4.2.1", true, true],
      ].sort((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
    );
    assert.ok(entries.filter(({ uses }) => uses.startsWith("who/")).every((entry) => entry.sha === sha));
    assert.deepEqual(missing, ["who/knows@v9"]);
    writeFileSync(join(root, LOCK_PATH), text);
    const model = loadRepository(root);
    assert.deepEqual(model.diagnostics, []);
    assert.equal(
      model.workflows.find(({ id }) => id === "w")?.jobs[0]?.placement.phase,
      "publish",
      "what the action does is seen",
    );
    assert.equal((await makeLock(root, remotes)).text, text, "a second run changes nothing");
  }));

test("a commit that no branch or tag holds is an impostor, an old one of a branch is not", () =>
  world(async ({ who, repository, remotes }) => {
    const old = who.commit({ "action.yml": ACTION });
    const released = who.commit({ x: "1" }, "v1", "v1.0.0");
    who.git("checkout", "--quiet", "--detach");
    const impostor = who.commit({ "action.yml": "name: evil\nruns: {using: node20, main: e.js}\n" });
    who.git("checkout", "--quiet", "main");
    const root = repository(flow(`who/knows@${old}`, `who/knows@${impostor}`));
    const { entries, text } = await makeLock(root, remotes);
    assert.deepEqual(
      entries
        .filter(({ uses }) => uses.startsWith("who"))
        .map(({ sha, reachable, content }) => [sha, reachable, content !== null])
        .sort(),
      [
        [old, true, true],
        [impostor, false, false],
      ].sort(),
    );
    writeFileSync(join(root, LOCK_PATH), text);
    const found = audit(loadRepository(root)).filter(({ check }) => check.id === "impostor-commit");
    assert.deepEqual(
      found.map(({ span }) => span.file.text.slice(span.start, span.end)),
      [impostor],
    );
    writeFileSync(join(root, W), flow(`who/knows@${impostor} # v1.0.0`));
    const moved = await pinRepository(root, remotes, { update: true });
    assert.match(moved.files.get(W)?.after ?? "", new RegExp(`who/knows@${released} # v1\\.0\\.0\n`));
  }));

test("pins keep the layout; --update moves within the major version", () =>
  world(async ({ who, repository, remotes }) => {
    const first = who.commit({ "action.yml": ACTION }, "v4", "v4.0.0");
    const text = `${flow("who/knows@v4", '"who/knows@v4.0.0"  # why', "./local", "docker://alpine:3")}# end\n`;
    const root = repository(text);
    const { files, pinned } = await pinRepository(root, remotes);
    assert.equal(
      files.get(W)?.after,
      text
        .replace("who/knows@v4\n", `who/knows@${first} # v4.0.0\n`)
        .replace('"who/knows@v4.0.0"  # why', `"who/knows@${first}"  # v4.0.0 – why`),
    );
    assert.equal(pinned.length, 2);
    for (const [path, { after }] of files) writeFileSync(join(root, path), after);
    assert.equal((await pinRepository(root, remotes)).files.size, 0, "a second run changes nothing");
    assert.deepEqual(
      loadRepository(root)
        .lock.entries.map(({ uses }) => uses)
        .sort(),
      ["deep/action@v1", `who/knows@${first}`],
    );

    const second = who.commit({ y: "1" }, "v4", "v4.1.0", "v4.10.0");
    who.commit({ y: "2" }, "v5", "v5.0.0");
    // Refs are remembered by those who asked already.
    const fresh = new Remotes({ server: pathToFileURL(join(root, "..", "server")).href, env });
    try {
      const moved = await pinRepository(root, fresh, { update: true });
      assert.deepEqual(
        moved.pinned.map(({ sha, version }) => [sha, version]),
        [
          [second, "v4.10.0"],
          [second, "v4.10.0"],
        ],
      );
      assert.match(moved.files.get(W)?.after ?? "", new RegExp(`@${second} # v4.10.0\\n`));
    } finally {
      fresh.close();
    }
  }));

test("the token goes to that server, in a header, and into no error", () =>
  world(async ({ root, who, repository }) => {
    const sha = who.commit({ "action.yml": "name: a\nruns: {using: node20, main: x.js}\n" }, "v1.0.0");
    const bare = join(root, "served", "who", "knows.git");
    execFileSync("git", ["clone", "--quiet", "--bare", join(root, "server/who/knows"), bare], { env });
    execFileSync("git", ["-C", bare, "update-server-info"], { env });
    const token = fake("ghp_", 36);
    const wanted = `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
    const server = createServer((request, response) => {
      const path = join(root, "served", new URL(request.url ?? "/", "http://x").pathname);
      const open = request.headers.authorization === wanted;
      if (!open) response.writeHead(401, { "www-authenticate": "Basic" }).end();
      else if (statSync(path, { throwIfNoEntry: false })?.isFile() === true) response.end(readFileSync(path));
      else response.writeHead(404).end();
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const folder = repository(flow("who/knows@v1.0.0"));
    const secret = Secret.copy(token);
    const [named, wrong, nobody] = [secret, Secret.copy(`${token}x`), null].map(
      (one) => new Remotes({ server: address, token: one, env }),
    );
    try {
      assert.ok(named && wrong && nobody);
      const { entries } = await makeLock(folder, named);
      assert.deepEqual(
        entries.map((entry) => [entry.sha, entry.content !== null]),
        [[sha, true]],
      );
      for (const refused of [wrong, nobody])
        await assert.rejects(makeLock(folder, refused), (error) => {
          assert.ok(isBulkheadError(error) && error.code === "ci.remote-unreachable");
          const said = `${inspect(error, { depth: 9 })}`;
          return !said.includes(token) && !said.includes(wanted.slice(6, 40));
        });
    } finally {
      for (const one of [named, wrong, nobody]) one?.close();
      secret.wipe();
      await new Promise((done) => server.close(done));
    }
  }));

test("a server that cannot be asked is said so", async () => {
  const folder = testFolder({ [W]: flow("no/where@v1") });
  const remotes = new Remotes({ server: pathToFileURL(join(folder.root, "nothing")).href, env });
  try {
    await assert.rejects(
      makeLock(folder.root, remotes),
      (error) => isBulkheadError(error) && error.code === "ci.remote-unreachable",
    );
  } finally {
    remotes.close();
    folder.remove();
  }
});
