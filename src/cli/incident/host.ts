/**
 * Switching a workflow off at its host. GitHub: https://docs.github.com/rest/actions/workflows, GitLab:
 * https://docs.gitlab.com/api/projects and pipelines.
 */
import { HttpFailure, http } from "../../managers/http.ts";
import type { Action } from "../../incident/index.ts";
import type { Outcome, Work } from "./work.ts";

type Disable = Extract<Action, { readonly do: "disable-workflow" }>;

export async function disableWorkflow(action: Disable, work: Work): Promise<Outcome> {
  return action.path.endsWith(".gitlab-ci.yml") ? await onGitLab(action, work) : await onGitHub(action, work);
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

type Ask = (asked: Asked) => Promise<{ readonly status: number; readonly body: unknown }>;

/** Throws `HttpFailure`. The token goes to that host's API alone. */
const asker =
  (address: string, headers: Readonly<Record<string, string>>): Ask =>
  async ({ method, path, body }) => {
    const answer = await http({
      url: `${address.replace(/\/$/, "")}${path}`,
      method,
      headers: {
        "user-agent": "bulkhead",
        ...headers,
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = answer.body.toString("utf8");
    return {
      status: answer.status,
      body: text.startsWith("{") || text.startsWith("[") ? (JSON.parse(text) as unknown) : null,
    };
  };

const waiting = (note: string): Outcome => ({ state: "waiting", note });
const refused = (status: number, what: string): Error =>
  new HttpFailure(`the host answered ${status} to ${what}`);
/** A plan or a remote's name must not say where a token is sent. */
const unknownHost = (token: string, variable: string, host: string): Outcome =>
  waiting(`${token} goes nowhere else by itself: set ${variable} to the address of ${host}'s API`);
const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const RUNNING = ["in_progress", "queued", "waiting"];

async function onGitHub({ host, owner, name, path }: Disable, { env, rehearse }: Work): Promise<Outcome> {
  const token = env.GITHUB_TOKEN || env.GH_TOKEN;
  const file = path.replace(/^.*\//, "");
  if (!token)
    return waiting(`GITHUB_TOKEN is not set; by hand: gh workflow disable ${file} -R ${owner}/${name}`);
  const address = env.GITHUB_API_URL || (host === "github.com" ? "https://api.github.com" : "");
  if (address === "") return unknownHost("GITHUB_TOKEN", "GITHUB_API_URL", host);
  const ask = asker(address, {
    accept: "application/vnd.github+json",
    "x-github-api-version": "2022-11-28",
    authorization: `Bearer ${token}`,
  });
  const base = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/actions`;
  const workflow = `${base}/workflows/${encodeURIComponent(file)}`;
  const before = await ask({ method: "GET", path: workflow });
  if (before.status !== 200) throw refused(before.status, "GET of the workflow");
  if (rehearse)
    return { state: "done", note: `would disable it: it is ${String(member(before.body, "state"))}` };
  if (!String(member(before.body, "state")).startsWith("disabled")) {
    const { status } = await ask({ method: "PUT", path: `${workflow}/disable` });
    if (status !== 204) throw refused(status, "PUT …/disable");
  }
  let cancelled = 0;
  for (const status of RUNNING) {
    const { body } = await ask({ method: "GET", path: `${workflow}/runs?status=${status}&per_page=100` });
    for (const run of list(member(body, "workflow_runs"))) {
      const { status: answer } = await ask({
        method: "POST",
        path: `${base}/runs/${Number(member(run, "id"))}/cancel`,
      });
      if (answer === 202) cancelled++;
    }
  }
  const after = await ask({ method: "GET", path: workflow });
  const state = String(member(after.body, "state"));
  if (!state.startsWith("disabled")) throw refused(after.status, `the disabling: it is ${state}`);
  return { state: "done", note: `the host says ${state}; ${cancelled} runs cancelled` };
}

/** A project has one pipeline: its schedules are switched off, what runs is cancelled, and then CI as a whole. */
async function onGitLab({ host, owner, name }: Disable, { env, rehearse }: Work): Promise<Outcome> {
  const token = env.GITLAB_TOKEN;
  if (!token)
    return waiting(`GITLAB_TOKEN is not set; by hand: switch CI/CD off in the settings of ${owner}/${name}`);
  const address = env.CI_API_V4_URL || (host === "gitlab.com" ? "https://gitlab.com/api/v4" : "");
  if (address === "") return unknownHost("GITLAB_TOKEN", "CI_API_V4_URL", host);
  const ask = asker(address, { "private-token": token });
  const base = `/projects/${encodeURIComponent(`${owner}/${name}`)}`;
  const before = await ask({ method: "GET", path: base });
  if (before.status !== 200) throw refused(before.status, "GET of the project");
  if (rehearse)
    return {
      state: "done",
      note: `would switch CI/CD off: it is ${String(member(before.body, "builds_access_level"))}`,
    };
  const schedules = await ask({ method: "GET", path: `${base}/pipeline_schedules?per_page=100` });
  for (const schedule of list(schedules.body))
    await ask({
      method: "PUT",
      path: `${base}/pipeline_schedules/${Number(member(schedule, "id"))}`,
      body: { active: false },
    });
  const running = await ask({ method: "GET", path: `${base}/pipelines?scope=running&per_page=100` });
  for (const pipeline of list(running.body))
    await ask({ method: "POST", path: `${base}/pipelines/${Number(member(pipeline, "id"))}/cancel` });
  const changed = await ask({ method: "PUT", path: base, body: { builds_access_level: "disabled" } });
  if (changed.status !== 200 || member(changed.body, "builds_access_level") !== "disabled")
    throw refused(changed.status, "switching CI/CD off");
  return {
    state: "done",
    note: `CI/CD is off; ${list(schedules.body).length} schedules and ${list(running.body).length} pipelines stopped`,
  };
}
