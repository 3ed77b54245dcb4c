import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { type Json, type TestKernel, openTestKernel } from "../../../test/support/kernel.ts";

const item = (id: string, action: object | null = null) => ({
  ...{
    id,
    step: Number(id.split(".")[0]),
    title: `item ${id}`,
    owner: "ana",
    command: "do it",
    breaks: "nothing",
    proof: "seen",
    action,
  },
});
const PLAN = {
  target: { kind: "workflow", name: "train" },
  items: [item("1.1", { do: "search" }), item("5.1"), item("7.1")],
};
const REACHED = { secrets: ["secret/fraud/prod/openai"], identities: ["fraud/train in prod"] };

async function open(t: TestContext): Promise<TestKernel> {
  const kernel = await openTestKernel();
  t.after(() => kernel.close());
  return kernel;
}

async function opened(kernel: TestKernel): Promise<string> {
  const { json, status, text } = await kernel.call("POST", "bulkhead/incidents", {
    body: { plan: PLAN, reached: REACHED, since: "1h" },
  });
  assert.equal(status, 200, text);
  return String((json?.data as Json).id);
}

const claimOf = (answer: { readonly json: Json }): string => String((answer.json.data as Json).claim);

test("one operator at an item; whoever crashes leaves it to the next; what is done stays done", async (t) => {
  const kernel = await open(t);
  const id = await opened(kernel);
  const path = `bulkhead/incidents/${id}/items/1.1`;
  const first = await kernel.call("POST", `${path}/begin`);
  const second = await kernel.call("POST", `${path}/begin`);
  assert.equal(second.status, 409);
  assert.match(second.text, /is at item 1\.1 already/);
  assert.equal(
    (await kernel.call("POST", `${path}/done`)).status,
    409,
    "nor a person, while somebody is at it",
  );
  // it goes on holding
  kernel.clock.advance(50_000);
  assert.equal(
    claimOf(await kernel.call("POST", `${path}/begin`, { body: { claim: claimOf(first) } })),
    claimOf(first),
  );
  kernel.clock.advance(50_000);
  assert.equal((await kernel.call("POST", `${path}/begin`)).status, 409);
  // it crashed
  kernel.clock.advance(61_000);
  const other = await kernel.second();
  t.after(() => other.close());
  const third = await other.call("POST", `${path}/begin`);
  assert.equal(third.status, 200);
  const late = await kernel.call("POST", `${path}/end`, {
    body: { claim: claimOf(first), state: "done", note: "late" },
  });
  assert.equal(late.status, 409, "the one who was thought dead says nothing any more");
  assert.equal(
    (
      await other.call("POST", `${path}/end`, {
        body: { claim: claimOf(third), state: "failed", note: "the host answered 500" },
      })
    ).status,
    200,
  );
  const later = await kernel.call("POST", `${path}/end`, {
    body: { claim: claimOf(first), state: "done", note: "late" },
  });
  assert.equal(later.status, 409, "nor when the item is free again");
  const fourth = await other.call("POST", `${path}/begin`);
  assert.equal(
    (
      await other.call("POST", `${path}/end`, {
        body: { claim: claimOf(fourth), state: "done", note: "seen" },
      })
    ).status,
    200,
  );
  assert.equal((await kernel.call("POST", `${path}/begin`)).status, 409);
  const { json } = await kernel.call("GET", `bulkhead/incidents/${id}`);
  const lines = ((json.data as Json).timeline as unknown as { what: string }[]).map(({ what }) => what);
  assert.deepEqual(lines, [
    "opens the incident, with 3 items",
    "begins 1.1: item 1.1",
    "begins 1.1: item 1.1",
    "failed at 1.1: item 1.1 (the host answered 500)",
    "begins 1.1: item 1.1",
    "has done 1.1: item 1.1 (seen)",
  ]);
});

test("only people say that it is done, left out or over; nothing closes before that, or without the boundary", async (t) => {
  const kernel = await open(t);
  const id = await opened(kernel);
  const at = `bulkhead/incidents/${id}`;
  await kernel.call("POST", "sys/policies/acl/incidents", {
    body: { policy: 'path "bulkhead/incidents/*" { capabilities = ["create","read","update","list"] }' },
  });
  const made = await kernel.call("POST", "auth/token/create", { body: { policies: ["incidents"] } });
  const token = String((made.json.auth as Json).client_token);
  for (const [path, body] of [
    ["items/5.1/done", {}],
    ["items/5.1/excuse", { reason: "x" }],
    ["close", { mended: true }],
  ] as const)
    assert.equal((await kernel.call("POST", `${at}/${path}`, { body, token })).status, 403, path);
  const close = (body: object) => kernel.call("POST", `${at}/close`, { body });
  assert.match((await close({ mended: true })).text, /3 items are left: 1\.1, 5\.1, 7\.1/);
  assert.equal((await kernel.call("POST", `${at}/items/5.1/excuse`, { body: { reason: "  " } })).status, 400);
  assert.equal((await kernel.call("POST", `${at}/items/9.9/done`)).status, 404);
  for (const one of ["1.1", "5.1"])
    assert.equal(
      (await kernel.call("POST", `${at}/items/${one}/done`, { body: { note: "`x` <b>\n# y" } })).status,
      200,
    );
  assert.equal(
    (await kernel.call("POST", `${at}/items/7.1/excuse`, { body: { reason: "it stays off" } })).status,
    200,
  );
  for (const body of [{}, { mended: false, boundary: "2 findings are open" }]) {
    const refused = await close(body);
    assert.equal(refused.status, 409);
    assert.match(refused.text, /the boundary is not mended/);
  }
  assert.equal((await close({ mended: true, boundary: "nothing is found" })).status, 200);
  assert.equal((await close({ mended: true })).status, 409);
  assert.equal((await kernel.call("POST", `${at}/items/5.1/begin`)).status, 409);
  const { json } = await kernel.call("GET", `${at}/record`);
  const { markdown } = json.data as Json;
  assert.match(String(markdown), /closes the incident: nothing is found/);
  assert.doesNotMatch(String(markdown), /\n# y|<b>|[^\\]`x/, "a note writes no markup");
});

test("a plan that is none is refused, whatever it holds", async (t) => {
  const kernel = await open(t);
  const bad: readonly object[] = [
    {},
    { ...PLAN, items: [] },
    { ...PLAN, items: [item("8.1")] },
    { ...PLAN, items: [item("1.1"), item("1.1")] },
    { ...PLAN, items: [{ ...item("1.1"), more: 1 }] },
    { ...PLAN, items: [{ ...item("1.1"), title: "x".repeat(3_000) }] },
    { ...PLAN, items: [{ ...item("1.1"), action: { rotate: "all" } }] },
    { ...PLAN, target: { kind: "planet", name: "x" } },
  ];
  for (const plan of bad) {
    const { status, text } = await kernel.call("POST", "bulkhead/incidents", {
      body: { plan, reached: REACHED },
    });
    assert.equal(status, 400, text);
  }
  assert.equal(
    (await kernel.call("POST", "bulkhead/incidents", { body: { plan: PLAN, reached: { secrets: "x" } } }))
      .status,
    400,
  );
  assert.equal((await kernel.call("LIST", "bulkhead/incidents")).status, 404, "none of them was opened");
  await opened(kernel);
  assert.equal((await kernel.call("LIST", "bulkhead/incidents")).status, 200);
});
