/** Takes one rotation as far as it goes: waits out short pauses, runs the stages' checks, asks the person who sits here. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient } from "../../client/index.ts";
import type { ReplyValue } from "../../core/json-bytes.ts";
import type { Manifest } from "../../manifest/index.ts";
import type { Context } from "../context.ts";
import { runCheck } from "./check.ts";
import { AT, type Shown, nameOf } from "./shown.ts";

export interface Following {
  readonly context: Context;
  readonly client: ApiClient;
  readonly manifest: Manifest | null;
  readonly operator: boolean;
  /** Whether somebody may be asked. */
  readonly ask: boolean;
}

/** A pause that is worth waiting for. */
const LONGEST_WAIT = 120_000;

export async function follow(following: Following, id: string, first: Body = {}): Promise<Shown> {
  const { client } = following;
  let shown = await goOn(client, id, first);
  for (;;) {
    const next = await nextBody(following, shown);
    if (next === null) return shown;
    shown = await goOn(client, id, next);
  }
}

type Body = Readonly<Record<string, ReplyValue | undefined>>;

const goOn = async (client: ApiClient, id: string, body: Body): Promise<Shown> =>
  (await client.write(`${AT}/${id}/continue`, body)) as unknown as Shown;

/** What to say to it next; null: nothing can be done from here now. */
async function nextBody(following: Following, shown: Shown): Promise<Body | null> {
  if (shown.ended !== null) return null;
  if (shown.state === "checking") return await checks(following, shown);
  if (shown.state === "asking") return await askValue(following, shown);
  if (shown.state === "killing") return await askRevoked(following, shown);
  if (shown.next_try === null) return null;
  const wait = Date.parse(shown.next_try) - Date.now();
  if (wait > LONGEST_WAIT) return null;
  const last = shown.steps.at(-1);
  if (last !== undefined) following.context.out.note(`${nameOf(shown)}: ${last.step}: ${last.note}`);
  await sleep(Math.max(0, wait));
  return {};
}

async function checks({ context, manifest, operator }: Following, shown: Shown): Promise<Body | null> {
  if (manifest?.project !== shown.project) return null;
  const [name] = shown.checks;
  const stage = manifest.stages.find((one) => one.name === name);
  if (name === undefined) return {};
  if (stage?.check === undefined)
    return { check: "passed", stages: name, note: "no check is declared any more" };
  context.out.note(`${nameOf(shown)}: the check of ${name}`);
  const people = manifest.environments.find((one) => one.name === shown.environment)?.people === true;
  const code = await runCheck(context, {
    stage: name,
    environment: shown.environment,
    line: stage.check,
    asOperator: operator && !people,
  });
  if (code === 0) return { check: "passed", stages: name };
  return { check: "failed", stages: name, note: `exit code ${code}` };
}

async function askValue({ context, ask }: Following, shown: Shown): Promise<Body | null> {
  const failed = shown.steps.at(-1)?.state === "failed" ? shown.steps.at(-1) : undefined;
  if (failed !== undefined) context.out.warn(failed.note);
  if (!ask) return null;
  context.out.note(
    `make a new one${shown.page === "" ? "" : ` at ${shown.page}`}, with the rights of the old one`,
  );
  const input = await context.input();
  return { value: await input.hidden(`New value of ${nameOf(shown)}`) };
}

async function askRevoked({ context, ask }: Following, shown: Shown): Promise<Body | null> {
  if (!ask) return null;
  const input = await context.input();
  const where = shown.page === "" ? "" : ` at ${shown.page}`;
  return (await input.confirm(`Revoke the old value of ${nameOf(shown)}${where}. Is it revoked?`))
    ? { revoked: true }
    : null;
}
