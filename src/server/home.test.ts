import assert from "node:assert/strict";
import { isAbsolute } from "node:path";
import test from "node:test";
import { bulkheadHome } from "./home.ts";

test("the store's folder is absolute, whatever the environment says", () => {
  const folder = (env: NodeJS.ProcessEnv): string => bulkheadHome(env).folder;
  assert.equal(folder({ HOME: "/h" }), "/h/.local/share/bulkhead");
  assert.equal(folder({ HOME: "/h", XDG_DATA_HOME: "/d" }), "/d/bulkhead");
  assert.equal(folder({ HOME: "/h", XDG_DATA_HOME: "d" }), "/h/.local/share/bulkhead");
  assert.equal(folder({ HOME: "/h", XDG_DATA_HOME: "/d", BULKHEAD_HOME: "/b" }), "/b");
  for (const env of [{}, { HOME: "" }, { HOME: "." }, { BULKHEAD_HOME: "b" }])
    assert.ok(isAbsolute(folder(env)));
});
