/** `run` into an environment with `approve:` waits for another person, goes on when they agreed, and stops when they refused. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import test, { type TestContext } from "node:test";
import { fake } from "../support/fake.ts";
import { BIN, type Sandbox, sandbox, startServer } from "./support.ts";

const MANIFEST = `project: demo
environments: { prod: { people: true, production: true, approve: 1 } }
secrets: { openai: { provider: openai, purpose: answers } }
stages:
  serve: { use: [openai] }
`;
const PEOPLE = `
path "bulkhead/*" { capabilities = ["create", "read", "update", "list"] }
path "auth/approle/role/*" { capabilities = ["read", "update"] }
`;

interface Person {
  readonly env: Readonly<Record<string, string>>;
}

async function people(names: readonly string[], address: string, root: string): Promise<Person[]> {
  const write = async (path: string, body: object): Promise<{ auth?: { client_token: string } }> => {
    const answer = await fetch(`${address}/v1/${path}`, {
      method: "POST",
      headers: { "x-vault-token": root },
      body: JSON.stringify(body),
    });
    return answer.status === 204 ? {} : ((await answer.json()) as { auth?: { client_token: string } });
  };
  await write("sys/policies/acl/people", { policy: PEOPLE });
  await write("sys/auth/userpass", { type: "userpass" });
  const made: Person[] = [];
  for (const name of names) {
    const password = fake("pw-", 20);
    await write(`auth/userpass/users/${name}`, { password, token_policies: "people" });
    const { auth } = await write(`auth/userpass/login/${name}`, { password });
    made.push({ env: { BULKHEAD_ADDR: address, BULKHEAD_TOKEN: auth?.client_token ?? "" } });
  }
  return made;
}

interface Waiting {
  readonly request: string;
  readonly ended: Promise<{ readonly code: number | null; readonly text: string }>;
}

/** Starts the job and resolves once it said what it waits for. */
async function start(box: Sandbox, { env }: Person): Promise<Waiting> {
  const job = spawn(
    process.execPath,
    [BIN, "run", "serve", "--env", "prod", "--isolation", "0", "--", "echo", "ran"],
    {
      cwd: box.project,
      env: { ...box.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let text = "";
  const ended = new Promise<{ code: number | null; text: string }>((resolve) =>
    job.on("close", (code) => resolve({ code, text })),
  );
  const request = new Promise<string>((resolve) => {
    const hear = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = /bulkhead approve (\S+)`/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    job.stdout.on("data", hear);
    job.stderr.on("data", hear);
  });
  return { request: await Promise.race([request, ended.then((end) => `ended: ${end.text}`)]), ended };
}

async function prepared(t: TestContext) {
  const box = sandbox(t);
  const server = await startServer(box);
  box.write("bulkhead.yaml", MANIFEST);
  const root = { BULKHEAD_ADDR: server.address, BULKHEAD_TOKEN: server.token };
  const applied = box.bulkhead(["apply"], { env: root });
  assert.equal(applied.code, 0, applied.stderr);
  const put = box.bulkhead(["secret", "put", "openai", "--env", "prod"], {
    env: root,
    input: fake("sk-", 40),
  });
  assert.equal(put.code, 0, put.stderr);
  const [ada, grace] = await people(["ada", "grace"], server.address, server.token);
  assert.ok(ada !== undefined && grace !== undefined);
  return { box, ada, grace };
}

test("run waits for another person's approval and goes on", async (t) => {
  const { box, ada, grace } = await prepared(t);
  const { request, ended } = await start(box, ada);
  assert.match(request, /^demo\/prod\/\w+$/);
  const own = box.bulkhead(["approve", request], ada);
  assert.match(own.stderr, /nobody approves a login of their own/);
  const listed = box.json<{ request: string; state: string }[]>(["approvals"], grace);
  assert.deepEqual(
    listed.map((one) => [one.request, one.state]),
    [[request, "waiting"]],
  );
  assert.match(box.bulkhead(["approvals"], grace).stdout, /demo\.serve\.prod +waiting +0 of 1/);
  const agreed = box.bulkhead(["approve", request], grace);
  assert.match(agreed.stderr, /1 of 1 approved; the login may go on/);
  const { code, text } = await ended;
  assert.equal(code, 0, text);
  assert.match(text, /^ran$/m);
});

test("run stops when it is refused", async (t) => {
  const { box, ada, grace } = await prepared(t);
  const { request, ended } = await start(box, ada);
  assert.match(box.bulkhead(["approve", request, "--deny"], grace).stderr, /is denied/);
  const { code, text } = await ended;
  assert.equal(code, 125);
  assert.match(text, /was denied/);
  assert.equal(box.bulkhead(["approve", "nonsense"], grace).code, 2);
  assert.equal(box.bulkhead(["approve", "demo/prod/unknown"], grace).code, 1);
});
