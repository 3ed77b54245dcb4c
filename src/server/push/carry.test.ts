/** Rotations that carry a value to GitHub, through the real kernel, against a key provider and a GitHub with state. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { fake } from "../../../test/support/fake.ts";
import {
  type ProtocolAnswer,
  type ProtocolRequest,
  protocolServer,
} from "../../../test/support/protocol-server.ts";
import { fakeGitHub } from "../../../test/support/push-servers.ts";
import { AT, type RotationApi, rotationApi } from "../../../test/support/rotation-api.ts";
import type { RotationPorts } from "../../core/ports/rotation.ts";
import { Secret } from "../../core/secret.ts";
import { inventory } from "../../engines/inventory/index.ts";
import { localPush, serverPush } from "./index.ts";

const NAME = "acme/fraud dev OPENAI_API_KEY";
type Push = NonNullable<RotationPorts["push"]>;

/** `order`: what a place answers in place of itself, by method. */
async function gitHub(t: TestContext, token: string) {
  const state = await fakeGitHub(token);
  const order: { answer: ((request: ProtocolRequest) => ProtocolAnswer | null) | null } = { answer: null };
  const server = await protocolServer((request) => order.answer?.(request) ?? state.answer(request));
  t.after(() => server.stop());
  const puts = (): number => server.asked.filter(({ method }) => method === "PUT").length;
  return { ...state, order, server, puts };
}

const refusing = ({ method }: ProtocolRequest): ProtocolAnswer | null =>
  method === "PUT" ? { status: 403 } : null;

async function pushed(t: TestContext, places = 1, port: Push = serverPush({})) {
  const token = fake("ghs_", 36);
  const hubs = [];
  for (let n = 0; n < places; n++) hubs.push(await gitHub(t, token));
  const [hub] = hubs;
  assert.ok(hub !== undefined);
  const push = hubs.map(({ server }) => ({
    target: "github",
    settings: { repository: "acme/fraud", environment: "{env}", url: server.address },
    with: "pusher",
    for: [],
  }));
  // one place each, though one test plays both
  if (places > 1) Object.assign(push[1]?.settings ?? {}, { environment: "{env}-2" });
  const api = await rotationApi(t, {
    engines: [inventory],
    rotation: { push: port },
    secrets: () => ({ key: { push, variables: { value: "OPENAI_API_KEY" } }, pusher: {} }),
  });
  const put = await api.call("POST", "secret/data/fraud/dev/pusher", { data: { value: token } });
  assert.equal(put.status, 200, put.text);
  return { api, token, hub, hubs };
}

/** As `bulkhead push` would, and as a rotation does. */
async function carried(api: RotationApi, port: Push, value: string) {
  const one = Secret.copy(value);
  return await port(
    "secret/fraud/dev/key",
    "dev",
    new Map([["value", one]]),
    api.kernel.services.requests.as("rotations"),
  );
}

const alive = (api: RotationApi): string[] =>
  api.server
    .live()
    .map(({ value }) => value)
    .sort();

test("the new value stands at GitHub before the old one is revoked", async (t) => {
  const { api, hub, token } = await pushed(t);
  const old = await api.current();
  let atRevocation: string | undefined;
  api.server.before = (ask) => {
    if (ask === "revoke") atRevocation ??= hub.values.get(NAME);
  };
  const id = await api.begin();
  const done = await api.finish(id);
  assert.equal(done.state, "done", JSON.stringify(done));
  const now = await api.current();
  assert.notEqual(now, old);
  assert.deepEqual([atRevocation, hub.values.get(NAME)], [now, now]);
  assert.deepEqual(alive(api), [now]);
  const said = done.steps.find(({ step }) => step === "tell")?.note ?? "";
  assert.match(said, /^carried to github:acme\/fraud dev/);
  const text = JSON.stringify(done) + (await api.call("LIST", AT)).text;
  for (const secret of [old, now, token]) assert.ok(!text.includes(secret));
  // as after a crash: asked again, nothing is sent again
  assert.equal(hub.puts(), 1);
  assert.deepEqual(await carried(api, serverPush({}), now), [
    { target: "github:acme/fraud dev", ok: true, note: "OPENAI_API_KEY unchanged" },
  ]);
  assert.equal(hub.puts(), 1);
});

test("while GitHub is down the rotation waits, and the old key works", async (t) => {
  const { api, hub } = await pushed(t);
  const old = await api.current();
  assert.equal((await carried(api, serverPush({}), old))[0]?.ok, true);
  hub.order.answer = () => ({ status: 500 });
  const id = await api.begin();
  const waiting = await api.finish(id, 0);
  assert.equal(waiting.state, "telling", JSON.stringify(waiting));
  assert.ok(waiting.next_try !== null && alive(api).includes(old));
  assert.match(waiting.steps.at(-1)?.note ?? "", /not carried to github:acme\/fraud dev \(.*HTTP 500/);
  assert.equal(api.server.counts.revoke, 0);
  assert.equal(hub.values.get(NAME), old);
  hub.order.answer = null;
  assert.equal((await api.finish(id)).state, "done");
  assert.equal(hub.values.get(NAME), await api.current());
  assert.ok(!alive(api).includes(old));
});

test("a push that is refused for good turns the rotation back: the old value stands there, and the new one is removed", async (t) => {
  const { api, hub } = await pushed(t);
  const old = await api.current();
  await carried(api, serverPush({}), old);
  hub.order.answer = refusing;
  const ended = await api.finish(await api.begin());
  assert.deepEqual([ended.state, ended.orphans], ["rolled-back", []], JSON.stringify(ended));
  assert.match(ended.problem, /github:acme\/fraud dev/);
  assert.deepEqual([await api.current(), hub.values.get(NAME), alive(api)], [old, old, [old]]);
});

test("where one of two places takes it and the other never does, the first gets the old value back before the new one is removed", async (t) => {
  const { api, hub, hubs } = await pushed(t, 2);
  const old = await api.current();
  const second = hubs[1];
  assert.ok(second !== undefined);
  await carried(api, serverPush({}), old);
  second.order.answer = refusing;
  const seen = new Set<string | undefined>();
  api.server.before = (ask) => {
    seen.add(hub.values.get(NAME));
    if (ask === "revoke") assert.equal(hub.values.get(NAME), old);
  };
  const ended = await api.finish(await api.begin());
  assert.deepEqual([ended.state, ended.orphans], ["rolled-back", []], JSON.stringify(ended));
  assert.deepEqual([hub.values.get(NAME), second.values.get("acme/fraud dev-2 OPENAI_API_KEY")], [old, old]);
  assert.deepEqual(alive(api), [old]);
  assert.ok(hub.puts() >= 3, "it had the new one meanwhile");
});

test("a place that has the new value and cannot be given the old one keeps it working, and it is named", async (t) => {
  const { api, hub, hubs } = await pushed(t, 2);
  const old = await api.current();
  const second = hubs[1];
  assert.ok(second !== undefined);
  await carried(api, serverPush({}), old);
  second.order.answer = refusing;
  const id = await api.begin();
  assert.equal((await api.finish(id, 0)).state, "telling");
  const fresh = hub.values.get(NAME) ?? "";
  assert.notEqual(fresh, old);
  hub.order.answer = refusing;
  const ended = await api.finish(id);
  assert.equal(ended.state, "rolled-back", JSON.stringify(ended));
  assert.equal(ended.orphans.length, 1);
  assert.match(ended.problem, /not carried back to github:acme\/fraud dev/);
  assert.equal(await api.current(), old);
  assert.ok(alive(api).includes(fresh) && alive(api).includes(old));
});

test("where nothing could ever be sent, the new one is removed and none is left over", async (t) => {
  const { api, hub } = await pushed(t);
  const old = await api.current();
  await api.call("DELETE", "secret/metadata/fraud/dev/pusher");
  const ended = await api.finish(await api.begin());
  assert.deepEqual([ended.state, ended.orphans], ["rolled-back", []], JSON.stringify(ended));
  assert.deepEqual([hub.puts(), await api.current(), alive(api)], [0, old, [old]]);
});

test("an answer that is lost leaves it open which value is there: both work on, until a look tells", async (t) => {
  const { api, hub } = await pushed(t);
  const old = await api.current();
  await carried(api, serverPush({}), old);
  let lost = false;
  hub.order.answer = (request) => {
    if (request.method === "PUT") {
      hub.answer(request);
      lost = true;
    }
    return lost ? { status: 418 } : null;
  };
  const ended = await api.finish(await api.begin());
  const fresh = hub.values.get(NAME) ?? "";
  assert.deepEqual([ended.state, ended.orphans.length], ["rolled-back", 1], JSON.stringify(ended));
  assert.notEqual(fresh, old);
  assert.ok(alive(api).includes(fresh) && alive(api).includes(old));
  hub.order.answer = null;
  assert.equal((await carried(api, serverPush({}), old))[0]?.note, "OPENAI_API_KEY pushed");
  assert.equal(hub.values.get(NAME), old);
});

test("the way back, cut between store and GitHub, is gone to its end at the next look", async (t) => {
  let cut = false;
  const port = serverPush({});
  const { api, hub } = await pushed(t, 1, async (...call) => {
    if (cut) {
      cut = false;
      throw new Error("cut");
    }
    return await port(...call);
  });
  const old = await api.current();
  const id = await api.begin();
  assert.equal((await api.finish(id, 0)).state, "grace");
  assert.notEqual(hub.values.get(NAME), old);
  cut = true;
  assert.equal((await api.call("POST", `${AT}/${id}/rollback`, {})).status, 500);
  assert.equal(await api.current(), old);
  assert.notEqual(hub.values.get(NAME), old, "it was cut there");
  assert.equal((await api.finish(id)).state, "rolled-back");
  assert.deepEqual([hub.values.get(NAME), alive(api)], [old, [old]]);
});

test("a value that is not the current one goes nowhere, nor one without its token", async (t) => {
  const { api, hub } = await pushed(t);
  const [stale] = await carried(api, serverPush({}), fake("sk-", 40));
  assert.deepEqual([stale?.ok, hub.puts()], [false, 0]);
  assert.match(stale?.note ?? "", /another value/);
  await api.call("DELETE", "secret/metadata/fraud/dev/pusher");
  const [without] = await carried(api, serverPush({}), await api.current());
  assert.deepEqual([without?.ok, hub.puts()], [false, 0]);
  assert.match(without?.note ?? "", /pusher has no value/);
});

test("on a server no declaration reaches a program or a file of its machine", async (t) => {
  const { api } = await pushed(t);
  const folder = join(api.folder, "bin");
  const mark = join(api.folder, "asked");
  mkdirSync(folder);
  writeFileSync(join(folder, "gcloud"), `#!/bin/sh\n: > ${mark}\n`, { mode: 0o700 });
  const env = { PATH: `${folder}:/usr/bin:/bin`, HOME: api.folder, NO_GCE_CHECK: "true" };
  const declare = (push: object) =>
    api.call("POST", "bulkhead/projects/fraud", {
      manifest: {
        environments: { dev: {} },
        secrets: { key: { push: [{ for: [], ...push }] }, minter: {}, pusher: {} },
        stages: {},
      },
      declaration: {},
    });
  const value = await api.current();
  const answer = await declare({ target: "gcp-sm", settings: { project: "acme-dev" } });
  assert.equal(answer.status, 200, answer.text);
  assert.equal((await carried(api, serverPush(env), value))[0]?.ok, false);
  assert.equal(existsSync(mark), false);
  const here = (): Promise<string> => Promise.resolve(api.folder);
  assert.equal((await carried(api, localPush(env, here), value))[0]?.ok, false);
  assert.equal(existsSync(mark), true, "where a person pushes it is asked");
  await declare({
    target: "kubernetes",
    settings: { server: "https://127.0.0.1:1", namespace: "ml", object: "fraud", ca: "none.pem" },
    with: "pusher",
  });
  assert.match((await carried(api, serverPush(env), value))[0]?.note ?? "", /`ca` is a file/);
  const local = (await carried(api, localPush(env, here), value))[0]?.note ?? "";
  assert.ok(local.includes(join(api.folder, "none.pem")), local);
});
