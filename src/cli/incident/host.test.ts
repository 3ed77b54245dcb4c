import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import test, { type TestContext } from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { startWorkflowHost } from "../../../test/support/workflow-host.ts";
import { ApiClient } from "../../client/index.ts";
import { disableWorkflow } from "./host.ts";
import type { Work } from "./work.ts";

const work = (env: NodeJS.ProcessEnv, rehearse = false): Work => ({
  client: new ApiClient({ transport: () => Promise.reject(new Error("not asked")) }),
  ...{ env, rehearse, incident: "", hold: () => Promise.resolve() },
});
const at = (path: string) =>
  ({ do: "disable-workflow", host: "127.0.0.1", owner: "acme", name: "fraud", path }) as const;

/** GitLab's API as far as it is needed, with state: https://docs.gitlab.com/api/projects, …/pipeline_schedules, …/pipelines. */
async function gitlab(t: TestContext, token: string) {
  const state = {
    access: "enabled",
    schedules: new Map([
      [3, true],
      [4, true],
    ]),
    running: new Set([9]),
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const path = (request.url ?? "").replace("/api/v4/projects/acme%2Ffraud", "").replace(/\?.*$/, "");
      const body = (chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString())) as {
        active?: boolean;
        builds_access_level?: string;
      };
      const call = `${request.method} ${path.replace(/\d+/, "N")}`;
      const id = Number(/\d+/.exec(path)?.[0]);
      if (call === "PUT /pipeline_schedules/N") state.schedules.set(id, body.active ?? true);
      if (call === "POST /pipelines/N/cancel") state.running.delete(id);
      if (call === "PUT ") state.access = body.builds_access_level ?? "";
      const answers: Readonly<Record<string, unknown>> = {
        "GET ": { builds_access_level: state.access },
        "PUT ": { builds_access_level: state.access },
        "GET /pipeline_schedules": [...state.schedules.keys()].map((one) => ({ id: one })),
        "GET /pipelines": [...state.running].map((one) => ({ id: one })),
      };
      const allowed = request.headers["private-token"] === token;
      response.writeHead(allowed ? 200 : 401).end(JSON.stringify(allowed ? (answers[call] ?? {}) : {}));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return { state, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4` };
}

test("GitLab: schedules off, pipelines cancelled, CI/CD off; a rehearsal changes nothing; twice is once", async (t) => {
  const token = fake("", 20);
  const { state, url } = await gitlab(t, token);
  const env = { GITLAB_TOKEN: token, CI_API_V4_URL: url };
  assert.match(
    (await disableWorkflow(at(".gitlab-ci.yml"), work(env, true))).note,
    /^would switch CI\/CD off: it is enabled$/,
  );
  assert.equal(state.access, "enabled");
  for (const expected of [
    /^CI\/CD is off; 2 schedules and 1 pipelines stopped$/,
    /^CI\/CD is off; 2 schedules and 0 pipelines/,
  ]) {
    const { state: outcome, note } = await disableWorkflow(at(".gitlab-ci.yml"), work(env));
    assert.equal(outcome, "done");
    assert.match(note, expected);
  }
  assert.deepEqual(
    [state.access, [...state.schedules.values()], state.running.size],
    ["disabled", [false, false], 0],
  );
  await assert.rejects(
    disableWorkflow(at(".gitlab-ci.yml"), work({ ...env, GITLAB_TOKEN: "wrong" })),
    /answered 401/,
  );
  assert.equal(
    (await disableWorkflow(at(".gitlab-ci.yml"), work({}))).state,
    "waiting",
    "without a token people do it",
  );
});

test("GitHub: disabled once, and what runs of it is cancelled; refusals are said", async (t) => {
  const token = fake("", 20);
  const host = await startWorkflowHost(t, { token, files: ["a.yml"] });
  host.runs.set(1, "a.yml");
  const env = { GITHUB_TOKEN: token, GITHUB_API_URL: host.url };
  for (const cancelled of [1, 0])
    assert.deepEqual(await disableWorkflow(at(".github/workflows/a.yml"), work(env)), {
      state: "done",
      note: `the host says disabled_manually; ${cancelled} runs cancelled`,
    });
  await assert.rejects(disableWorkflow(at(".github/workflows/b.yml"), work(env)), /answered 404/);
  await assert.rejects(
    disableWorkflow(at(".github/workflows/a.yml"), work({ ...env, GITHUB_TOKEN: "wrong" })),
    /answered 401/,
  );
  assert.match(
    (await disableWorkflow(at(".github/workflows/a.yml"), work({}))).note,
    /by hand: gh workflow disable a\.yml -R acme\/fraud/,
  );
});
