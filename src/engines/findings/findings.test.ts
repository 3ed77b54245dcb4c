/** `bulkhead/findings/lookup` through the real kernel: digests in, places out, never a value. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { fake } from "../../../test/support/fake.ts";
import { pluginApi } from "../../../test/support/plugin-api.ts";
import { kv } from "../kv/index.ts";
import { projects } from "../projects/index.ts";
import { findings } from "./index.ts";

const digest = (value: string): string => createHash("sha256").update(value).digest("hex");
const AT = "bulkhead/findings/lookup";

test("a stored value is recognised by its digest, with its owner", async (context) => {
  const api = await pluginApi(context, { engines: [kv, projects, findings] });
  await api.kernel.services.mounts.mount("secret", "secret/", { type: "kv-v2" });
  await api.call("POST", "bulkhead/projects/fraud", {
    manifest: {
      owner: "ml@example.com",
      environments: { dev: {} },
      secrets: { openai: { purpose: "scores" } },
      stages: {},
    },
  });
  const [known, unknown] = [fake("sk-", 40), fake("sk-", 40)];
  await api.call("POST", "secret/data/fraud/dev/openai", { data: { value: known } });
  const found = await api.call("POST", AT, { sha256: [digest(known).toUpperCase(), digest(unknown)] });
  assert.deepEqual(found.get("data.matches"), {
    [digest(known)]: [
      {
        project: "fraud",
        environment: "dev",
        secret: "openai",
        field: "value",
        path: "secret/fraud/dev/openai",
        version: 1,
        owner: "ml@example.com",
        purpose: "scores",
      },
    ],
  });
  assert.ok(!found.text.includes(known));
  await api.call("POST", "secret/destroy/fraud/dev/openai", { versions: [1] });
  assert.deepEqual((await api.call("POST", AT, { sha256: [digest(known)] })).get("data.matches"), {});
});

test("bad digests, too many, none", async (context) => {
  const api = await pluginApi(context, { engines: [findings] });
  for (const sha256 of [["x"], ["0".repeat(63)], [`${"0".repeat(63)}g`], { a: 1 }])
    assert.equal((await api.call("POST", AT, { sha256 })).status, 400);
  assert.equal((await api.call("POST", AT, {})).status, 400);
  const many = (count: number): string[] => Array.from({ length: count }, (_, i) => digest(String(i)));
  assert.equal((await api.call("POST", AT, { sha256: many(1_000) })).status, 200);
  assert.equal((await api.call("POST", AT, { sha256: many(1_001) })).status, 400);
  assert.deepEqual((await api.call("POST", AT, { sha256: [] })).get("data.matches"), {});
});
