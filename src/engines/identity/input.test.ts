/** Whatever is sent to whatever route of the identity engine: a clear refusal or an answer, never an internal error. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { pluginApi } from "../../../test/support/plugin-api.ts";
import { identity } from "./index.ts";

const ROUTES = [
  ...["entity", "entity/merge", "entity/batch-delete", "entity-alias", "group", "group-alias"],
  ...["lookup/entity", "lookup/group", "oidc/config", "oidc/introspect"],
  ...["entity/id/", "entity/name/", "entity-alias/id/", "group/id/", "group/name/", "group-alias/id/"],
  ...["oidc/role/", "oidc/token/", "oidc/.well-known/"],
];
const FIELDS = [
  ...["id", "name", "metadata", "policies", "disabled", "entity_ids", "to_entity_id", "from_entity_ids"],
  ...["conflicting_alias_ids_to_keep", "mount_accessor", "canonical_id", "custom_metadata", "type"],
  ...["member_entity_ids", "member_group_ids", "alias_id", "alias_name", "alias_mount_accessor", "issuer"],
  ...["token", "client_id", "key", "ttl", "template", "subject"],
];

test("no request brings the identity engine down", { timeout: 180_000 }, async (context) => {
  const internal: unknown[] = [];
  const failed = context.mock.method(console, "error", (error: unknown) => internal.push(error));
  const api = await pluginApi(context, { engines: [identity] });
  await api.call("POST", "identity/oidc/config", { issuer: "https://b.example" });
  await api.call("POST", "identity/oidc/key/k", { algorithm: "ES256", allowed_client_ids: "*" });
  const { id } = (await api.call("POST", "identity/entity", { name: "e" })).get("data") as { id: string };
  const group = (await api.call("POST", "identity/group", { name: "g" })).textAt("data.id");
  const word = fc.oneof(
    fc.constantFrom(
      id,
      group,
      "e",
      "g",
      "k",
      "",
      "*",
      "__proto__",
      "{{",
      "a.b.c",
      '{"x":{{time.now}}}',
      "1h",
      "external",
    ),
    fc.string({ maxLength: 40 }),
  );
  const value = fc.oneof(
    word,
    fc.array(word, { maxLength: 4 }),
    fc.dictionary(word, word, { maxKeys: 4 }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.jsonValue({ maxDepth: 3 }),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("GET", "POST", "LIST", "DELETE", "PATCH", "SCAN"),
      fc.constantFrom(...ROUTES),
      word,
      fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 6 }),
      async (method, route, end, body) => {
        const path = `identity/${route}${route.endsWith("/") ? encodeURIComponent(end) : ""}`;
        const { status, text } = await api.call(method, path, method === "POST" ? body : undefined);
        assert.ok(status < 500, `${method} ${path} ${JSON.stringify(body)}: ${status} ${text}`);
      },
    ),
    { numRuns: 1_500 },
  );
  failed.mock.restore();
  assert.deepEqual(internal, []);
});
