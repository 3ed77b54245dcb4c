/** The OpenAPI document says what is served: every declared path and operation, its parameters, and nothing twice. */
import assert from "node:assert/strict";
import test from "node:test";
import { openTestKernel } from "../../../test/support/kernel.ts";

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string }[];
}
interface Item {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly [verb: string]: unknown;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Item>>;
}

test("every mount's declarations stand in the document, with their parameters", async (context) => {
  const kernel = await openTestKernel();
  context.after(() => kernel.close());
  await kernel.call("POST", "sys/mounts/keys", { body: { type: "transit" } });
  await kernel.call("POST", "sys/auth/robots", { body: { type: "approle" } });
  const answer = await kernel.call("GET", "sys/internal/specs/openapi");
  const { openapi, paths } = answer.json as unknown as Document;
  assert.equal(openapi, "3.0.2");
  for (const [path, verb] of [
    ["/sys/health", "get"],
    ["/keys/encrypt/{name}", "post"],
    ["/auth/robots/login", "post"],
    ["/auth/robots/role/{name}", "delete"],
    ["/auth/token/lookup-self", "get"],
  ] as const)
    assert.ok(paths[path]?.[verb] !== undefined, `${verb} ${path}`);
  for (const mount of await kernel.kernel.services.mounts.declared())
    for (const { pattern } of mount.paths) {
      const path = `/${mount.info.path}${pattern.replace(/\{(\w+)\*\}/g, "{$1}")}`;
      assert.ok(paths[path] !== undefined, path);
    }
  for (const [path, item] of Object.entries(paths)) {
    const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const declared = (item.parameters ?? []).filter((one) => one.in === "path").map(({ name }) => name);
    assert.deepEqual(declared.sort(), named.sort(), path);
    const verbs = Object.keys(item).filter((key) => /^(get|post|patch|delete)$/.test(key));
    assert.ok(verbs.length > 0 || path.includes("{"), path);
    for (const verb of verbs) {
      const { parameters = [] } = item[verb] as Operation;
      assert.equal(new Set(parameters.map(({ name }) => name)).size, parameters.length, `${verb} ${path}`);
    }
  }
});

test("mounts as parameters; the document needs a token", async (context) => {
  const kernel = await openTestKernel();
  context.after(() => kernel.close());
  await kernel.call("POST", "sys/mounts/keys", { body: { type: "transit" } });
  const query = { generic_mount_paths: "true" };
  const { json } = await kernel.call("GET", "sys/internal/specs/openapi", { query });
  const { paths } = json as unknown as Document;
  assert.ok(paths["/{transit_mount_path}/encrypt/{name}"] !== undefined);
  assert.ok(paths["/sys/health"] !== undefined);
  assert.equal((await kernel.call("GET", "sys/internal/specs/openapi", { token: null })).status, 403);
});
