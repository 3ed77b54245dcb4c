/** What a path or a whole mount says of itself, and which handler serves an operation. */
import assert from "node:assert/strict";
import test from "node:test";
import { helpReply } from "./help.ts";
import { handlerOf } from "./pattern.ts";
import type { PathDeclaration } from "./plugin.ts";
import type { Route } from "./router.ts";

const nothing = () => Promise.resolve(undefined);
const item: PathDeclaration = {
  pattern: "item/{name}",
  summary: "An item",
  fields: {
    value: { type: "string", description: "What is kept", required: true },
    note: { type: "int", description: "A number" },
  },
  operations: { read: nothing, update: nothing },
};
const list: PathDeclaration = { pattern: "item", summary: "All of them", operations: { list: nothing } };
const route = (path: string, match: PathDeclaration | null): Route =>
  ({
    mounted: { info: { path: "toy/" }, backend: { paths: [item, list] } },
    path,
    match: match === null ? null : { declaration: match, params: {} },
  }) as unknown as Route;
const help = (at: Route): unknown => helpReply(at, "toy/x").bare?.help;

test("help of one path, of a whole mount, and of what is not there", () => {
  const [first, second] = [
    "toy/item/{name}  (read, update)\n    An item\n      value (string, required): What is kept\n      note (int): A number",
    "toy/item  (list)\n    All of them",
  ];
  assert.equal(help(route("item/a", item)), first);
  assert.equal(help(route("item", list)), second);
  for (const whole of ["", "/", "//"]) assert.equal(help(route(whole, null)), `${first}\n${second}`);
  assert.throws(() => help(route("other", null)), { code: "request.unsupported-path" });
  assert.throws(() => help({ ...route("", null), mounted: null }), { code: "request.no-handler" });
});

test("create falls back to update, and nothing else does", () => {
  const create = { ...item, operations: { create: nothing } };
  assert.equal(handlerOf(item, "create"), nothing);
  assert.equal(handlerOf(create, "create"), nothing);
  for (const operation of ["delete", "list", "patch", "scan"] as const)
    assert.equal(handlerOf(item, operation), undefined, operation);
  assert.equal(handlerOf(create, "update"), undefined);
});
