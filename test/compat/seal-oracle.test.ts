/** The seal answers as a real OpenBao server's does: one list of requests to both, from nothing in them to unsealed by new shares. */
import assert from "node:assert/strict";
import test from "node:test";
import { Tally } from "../support/oracle.ts";
import { NO_PIP } from "../support/python.ts";
import { type SealRequest, sealRequests } from "../support/seal-requests.ts";
import { type SealedServer, startSealed, startSealedBao } from "../support/sealed-servers.ts";

type Json = { readonly [name: string]: Json } | readonly Json[] | string | number | boolean | null;

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly json: Json;
}

async function send(
  server: SealedServer,
  { method, path, body, token }: SealRequest,
  fill: (text: string) => string,
): Promise<Answer> {
  const sent = body === undefined ? undefined : fill(typeof body === "string" ? body : JSON.stringify(body));
  const response = await fetch(`${server.address}/v1/${path}`, {
    method,
    headers: token === undefined ? {} : { "x-vault-token": fill(token) },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  return { status: response.status, text, json: text === "" ? null : (JSON.parse(text) as Json) };
}

const member = (value: Json | undefined, path: string): Json | undefined =>
  path
    .split(".")
    .reduce<Json | undefined>(
      (at, name) =>
        at === null || typeof at !== "object" ? undefined : (at as { [name: string]: Json })[name],
      value,
    );

async function run(server: SealedServer): Promise<Answer[]> {
  const kept = new Map<string, string>();
  const fill = (text: string): string =>
    text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
      const value = kept.get(name);
      if (value === undefined) throw new Error(`nothing was kept as ${name}`);
      return value;
    });
  const answers: Answer[] = [];
  for (const request of sealRequests) {
    const answer = await send(server, request, fill);
    for (const [name, path] of Object.entries(request.keep ?? {})) {
      const value = member(answer.json, path);
      if (typeof value !== "string")
        throw new Error(`${request.path}: no ${path} in ${answer.status} ${answer.text}`);
      kept.set(name, value);
    }
    answers.push(answer);
  }
  return answers;
}

/** Names and kinds of members, two levels deep; lists by their length. */
function shape(value: Json, depth = 2): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  if (value === null || typeof value !== "object" || depth === 0) return typeof value;
  const parts = Object.entries(value).map(([name, one]) => `${name}: ${shape(one as Json, depth - 1)}`);
  return `{ ${parts.sort().join(", ")} }`;
}

/** What a client reads out of these answers, beside their form. */
const FACTS = ["sealed", "initialized", "t", "n", "progress", "required", "started", "complete", "type"];
const facts = ({ json }: Answer): string =>
  FACTS.map((name) => `${name}=${JSON.stringify(member(json, name))}`).join(" ");
const errors = ({ json }: Answer): string =>
  JSON.stringify(member(json, "errors") ?? null).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "NONCE");

test("the seal answers as OpenBao's does", async (t) => {
  const bao = await startSealedBao();
  if (bao === null) return t.skip(NO_PIP);
  t.after(() => bao.stop());
  const own = await startSealed();
  t.after(() => own.stop());
  const theirs = await run(bao);
  const ours = await run(own);
  const problems: string[] = [];
  const tally = await Tally.of("seal", {});
  for (const [index, request] of sealRequests.entries()) {
    const [mine, other] = [ours[index], theirs[index]];
    if (mine === undefined || other === undefined) throw new Error("an answer is missing");
    tally.count(request, mine.status);
    const seen = [
      mine.status === other.status ? "" : `status ${mine.status}, there ${other.status}`,
      shape(mine.json) === shape(other.json) ? "" : `shape ${shape(mine.json)}, there ${shape(other.json)}`,
      errors(mine) === errors(other) ? "" : `text ${errors(mine)}, there ${errors(other)}`,
    ].filter((one) => one !== "");
    const at = `${index} ${request.method} ${request.path} ${JSON.stringify(request.body ?? "")}`;
    // facts hold also where the form differs for a reason
    if (mine.status === other.status && facts(mine) !== facts(other))
      problems.push(`${at}: facts ${facts(mine)}, there ${facts(other)}`);
    if (request.differs === undefined && seen.length > 0) problems.push(`${at}: ${seen.join("; ")}`);
    if (request.differs !== undefined && seen.length === 0)
      problems.push(`${at}: no difference any more, take its reason out`);
    assert.ok(mine.status < 500 || mine.status === 501 || mine.status === 503, at);
  }
  assert.deepEqual(problems, []);
  tally.finish();
});
