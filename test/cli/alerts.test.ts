/** `bulkhead alerts` on the local store: the log is looked at when it is asked. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { fake } from "../support/fake.ts";
import { sandbox } from "./support.ts";

test("alerts are listed, told, acknowledged; rules and sinks are set", (t) => {
  const box = sandbox(t);
  box.write(
    "bulkhead.yaml",
    "project: demo\nsecrets: { openai: { purpose: explains, provider: openai } }\nstages: { train: { use: [openai] } }\n",
  );
  const applied = box.bulkhead(["apply"]);
  assert.equal(applied.code, 0, applied.stderr);
  for (const value of ["one", "two"])
    assert.equal(
      box.bulkhead(["secret", "put", "openai", "--env", "dev"], { input: fake(`${value}-`, 30) }).code,
      0,
    );
  assert.match(box.bulkhead(["alerts"]).stderr, /no alerts/);
  assert.equal(box.bulkhead(["alerts"]).code, 0);
  const rules = box.bulkhead([
    "alerts",
    "rules",
    "superseded-version",
    "--set",
    "grace=0s",
    "--set",
    "settle=0s",
  ]);
  assert.match(rules.stdout, /grace = 0s \(1h\): /);
  assert.equal(box.bulkhead(["alerts", "rules", "superseded", "--off"]).code, 2);
  assert.equal(box.bulkhead(["alerts", "rules", "sweep", "--set", "secrets=x"]).code, 2);
  const lines = join(box.root, "alerts.jsonl");
  assert.equal(
    box.bulkhead(["alerts", "sinks", "add", "lines", "--type", "file", "--set", `path=${lines}`]).code,
    0,
  );
  assert.equal(box.bulkhead(["alerts", "test", "lines"]).code, 0);
  assert.match(readFileSync(lines, "utf8"), /^\{"time":"[^"]+","type":"test"\}\n$/);
  assert.match(box.bulkhead(["alerts", "sinks"]).stdout, /lines\s+file\s+\S+alerts\.jsonl\s+low/);

  assert.equal(box.bulkhead(["secret", "get", "openai", "--env", "dev", "--version", "1"]).code, 0);
  const found = box.bulkhead(["alerts"]);
  assert.equal(found.code, 3, found.stderr);
  assert.match(
    found.stdout,
    /^high +[0-9a-f]{16} .* superseded-version\n {9}\S+ read version 1 of secret\/demo\/dev\/openai, which version 2 replaced/,
  );
  assert.match(readFileSync(lines, "utf8"), /"type":"alert".*"rule":"superseded-version"/);
  const [alert] = box.json<{ id: string }[]>(["alerts"]);
  assert.equal(box.bulkhead(["alerts", "ack", alert?.id.slice(0, 16) ?? "", "--note", "it was I"]).code, 0);
  assert.equal(box.bulkhead(["alerts"]).code, 0);
  assert.match(box.bulkhead(["alerts", "--state", "all"]).stdout, /acknowledged by .*\n.*\n {9}it was I\n/);
  assert.equal(box.bulkhead(["alerts", "ack", "ffff"]).code, 1);
  assert.equal(box.bulkhead(["alerts", "sinks", "remove", "lines"]).code, 0);
  assert.equal(box.bulkhead(["alerts", "test", "lines"]).code, 1);
});
